import { expect, test } from 'vitest';
import { collect, keysOf, streamOf } from '../test/bytes.ts';
import { faultyStorage, memoryStorage } from './index.ts';

const coded = (code: string): unknown => expect.objectContaining({ code });

test('the nth call of a verb fails, the others do not', async () => {
  const storage = faultyStorage(memoryStorage(), {
    failCall: { verb: 'head', nth: 2, code: 'storage_failed' },
  });
  expect(await storage.head('a')).toBeUndefined();
  await expect(storage.head('a')).rejects.toThrow(coded('storage_failed'));
  expect(await storage.head('a')).toBeUndefined();
});

test('the nth read fails', async () => {
  const inner = memoryStorage();
  await inner.put('a', streamOf('x'));
  const storage = faultyStorage(inner, { failCall: { verb: 'get', nth: 1, code: 'object_missing' } });
  await expect(collect(storage.get('a'))).rejects.toThrow(coded('object_missing'));
  expect((await collect(storage.get('a'))).toString()).toBe('x');
});

test.each([0, 1, 3, 4, 7])('the disk is full after %i bytes, and nothing stays', async (fullAfterBytes) => {
  const inner = memoryStorage();
  const storage = faultyStorage(inner, { fullAfterBytes });
  await expect(storage.put('a', streamOf('0123', '4567'))).rejects.toThrow(coded('storage_full'));
  expect(await keysOf(inner.list(''))).toEqual([]);
});

test('what fits on the disk is kept', async () => {
  const storage = faultyStorage(memoryStorage(), { fullAfterBytes: 8 });
  expect(await storage.put('a', streamOf('0123', '4567'))).toEqual({ sizeBytes: 8 });
});

test('the reply to a commit is lost, the commit is not', async () => {
  const storage = faultyStorage(memoryStorage(), { loseCommitReply: true });
  await expect(storage.createIfAbsent('m', Buffer.from('x'))).rejects.toThrow(coded('storage_failed'));
  expect((await collect(storage.get('m'))).toString()).toBe('x');
});

test.each([
  ['told', 7],
  ['silent', 8],
] as const)('a short write, %s', async (shortWrite, sizeBytes) => {
  const storage = faultyStorage(memoryStorage(), { shortWrite });
  expect(await storage.put('a', streamOf('0123', '4567', ''))).toEqual({ sizeBytes });
  expect((await collect(storage.get('a'))).toString()).toBe('0123456');
});

test('a slow storage answers in the end', async () => {
  const storage = faultyStorage(memoryStorage(), { delayMs: 5 });
  const startedAt = performance.now();
  await storage.put('a', streamOf('x'));
  expect(performance.now() - startedAt).toBeGreaterThan(4);
});
