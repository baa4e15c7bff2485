import type { Manifest } from '@holdfast/contracts';
import { openRepository } from '@holdfast/engine';
import { derivedRunId, makeEvent } from '@holdfast/runs';
import { memoryStorage } from '@holdfast/storage';
import { expect, test, vi } from 'vitest';
import { store } from '../../test/fake-worker.ts';
import { memoryBus } from '../../test/memory-bus.ts';
import { noHistory } from '../history/history-reader.ts';
import { openCatalogue } from './open-catalogue.ts';

const MANY = 150;

const request = (number: number) => ({
  subject: derivedRunId(`run ${number}`),
  database: number % 2 === 0 ? 'app' : 'shop',
  time: new Date(Date.UTC(2026, 0, 1) + number * 60_000).toISOString(),
});

async function catalogueOf(count: number) {
  const repository = openRepository(memoryStorage());
  const made: Manifest[] = [];
  for (let number = 0; number < count; number += 1) made.push(await store(repository, request(number)));
  const bus = memoryBus();
  let now = 0;
  const recentRuns = () => Promise.resolve([]);
  const list = vi.spyOn(repository, 'summarize');
  const read = openCatalogue({ repository, bus, history: noHistory, recentRuns }, () => now);
  /** What a worker does: the manifest, then the event. */
  const complete = async (number: number): Promise<Manifest> => {
    const manifest = await store(repository, request(number));
    const { run, database } = manifest.backup;
    const data = { backup: manifest.backup };
    await bus.publish(makeEvent('backup.completed', { run, database, source: '/test', data }));
    return manifest;
  };
  const later = (ms: number): void => void (now += ms);
  return { repository, bus, read, list, made, complete, later };
}

type Catalogued = Awaited<ReturnType<typeof catalogueOf>>;
const namesIn = async ({ read }: Catalogued, database?: string) =>
  (await read(database)).backups.map(({ name }) => name);

test('of few, those who ask at once share a reading; who asks afterwards sees what came since', async () => {
  const few = await catalogueOf(1);
  const [one, other] = await Promise.all([few.read(), few.read(), few.read('app')]);
  expect(one).toBe(other);
  expect(few.list).toHaveBeenCalledTimes(2);
  await store(few.repository, request(2));
  expect((await few.read()).backups).toHaveLength(2);
});

test('while the bus is away, a reading that began long ago is not joined', async () => {
  const few = await catalogueOf(1);
  few.bus.fail();
  const early = few.read();
  await expect.poll(() => few.list.mock.calls.length).toBe(1);
  few.later(1_000);
  expect(await Promise.all([early, few.read()])).toMatchObject([{ backups: [{}] }, { backups: [{}] }]);
  expect(few.list).toHaveBeenCalledTimes(2);
});

test('a failure is told to all who share it, and not remembered', async () => {
  const few = await catalogueOf(0);
  few.list.mockRejectedValueOnce(new Error('away'));
  const both = await Promise.allSettled([few.read(), few.read()]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect((await few.read()).backups).toEqual([]);
});

test('of many, the storage is read once, and whoever asks sees what was done before', async () => {
  const many = await catalogueOf(MANY);
  expect(await many.read()).toBe(await many.read());
  const manifest = await many.complete(MANY);
  expect((await namesIn(many))[0]).toBe(manifest.backup.name);
  expect(await namesIn(many, 'shop')).toHaveLength(MANY / 2);

  const { run, database, name, filename } = manifest.backup;
  const about = { run, database, source: '/test' };
  const result = {
    name,
    filename,
    level: 'restore',
    verdict: 'proven',
    findings: [],
    durationMs: 1,
  } as const;
  const data = { ...result, findings: [] };
  await many.bus.publish(makeEvent('validation.completed', { ...about, data }));
  expect((await many.read()).backups[0]).toMatchObject({
    name,
    lastValidation: { verdict: 'proven' },
    lastProvenAt: expect.any(String),
  });

  await many.repository.remove(manifest);
  const deleted = { filename, name, freedBytes: 1, by: 'anna' };
  await many.bus.publish(makeEvent('backup.deleted', { ...about, data: deleted }));
  expect(await namesIn(many)).toEqual(many.made.map(({ backup }) => backup.name).toReversed());
  expect(many.list).toHaveBeenCalledTimes(1);
});

test('what comes during the first reading of many is not missed', async () => {
  const many = await catalogueOf(MANY);
  const gate = Promise.withResolvers<void>();
  const list = many.repository.summarize.bind(many.repository);
  many.list.mockImplementationOnce(async (...given) => {
    const entries = await list(...given);
    await gate.promise;
    return entries;
  });
  const early = many.read();
  // The call that is held back, and the one within it.
  await expect.poll(() => many.list.mock.calls.length).toBe(2);
  many.later(60_000);
  const { backup } = await many.complete(MANY);
  const late = namesIn(many);
  gate.resolve();
  expect((await early).backups.length).toBeGreaterThanOrEqual(MANY);
  expect((await late)[0]).toBe(backup.name);
  expect(many.list).toHaveBeenCalledTimes(2);
});

test('what an event cannot tell makes another reading', async () => {
  const many = await catalogueOf(MANY);
  await many.read();
  const data = { filename: 'old.sql', sizeBytes: 1, description: '', by: 'anna' };
  await many.bus.publish(
    makeEvent('backup.upload_received', { run: request(1).subject, source: '/test', data }),
  );
  await many.read();
  expect(many.list).toHaveBeenCalledTimes(2);
});

test('what is done by hand is seen in time, without anybody waiting for it', async () => {
  const many = await catalogueOf(MANY);
  await many.read();
  const [gone] = many.made;
  if (gone) await many.repository.remove(gone);
  many.later(MANY * 3);
  expect((await many.read()).backups).toHaveLength(MANY);
  await expect.poll(async () => (await many.read()).backups).toHaveLength(MANY - 1);
  expect(many.list).toHaveBeenCalledTimes(2);
});

test('a storage that cannot be read any more is told, however many it had', async () => {
  const many = await catalogueOf(MANY);
  await many.read();
  many.list.mockRejectedValue(new Error('away'));
  many.later(MANY * 3);
  await many.read();
  await expect.poll(() => many.read().then(() => 'read', String)).toContain('away');
});
