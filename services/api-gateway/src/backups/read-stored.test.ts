import { openRepository } from '@holdfast/engine';
import { memoryStorage } from '@holdfast/storage';
import { expect, test, vi } from 'vitest';
import { store } from '../../test/fake-worker.ts';
import { openStored } from './read-stored.ts';

const event = (digit: number) => ({
  subject: `0190b0a0-0000-7000-8000-00000000000${digit}`,
  database: 'app',
  time: `2026-01-0${digit}T00:00:00Z`,
});

test('those who ask at once share a reading; who asks afterwards sees what came since', async () => {
  const repository = openRepository(memoryStorage());
  const list = vi.spyOn(repository, 'list');
  const read = openStored(repository);
  await store(repository, event(1));
  const [one, other] = await Promise.all([read(), read(), read('app')]);
  expect(one).toBe(other);
  expect(list).toHaveBeenCalledTimes(2);
  await store(repository, event(2));
  expect((await read()).entries).toHaveLength(2);
});

test('a reading that began long ago is not joined', async () => {
  let now = 0;
  const repository = openRepository(memoryStorage());
  const list = vi.spyOn(repository, 'list');
  const read = openStored(repository, () => now);
  const early = read();
  now = 1_000;
  await Promise.all([early, read()]);
  expect(list).toHaveBeenCalledTimes(2);
});

test('a failure is told to all who share it, and not remembered', async () => {
  const repository = openRepository(memoryStorage());
  vi.spyOn(repository, 'list').mockRejectedValueOnce(new Error('away'));
  const read = openStored(repository);
  const both = await Promise.allSettled([read(), read()]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect((await read()).entries).toEqual([]);
});
