import { expect, test } from 'vitest';
import { collect, keysOf, streamOf } from '../test/bytes.ts';
import { coded } from '../test/codes.ts';
import { describeStorage } from '../test/conformance.ts';
import { faultyStorage, memoryStorage, withMeasure, type Storage, type StorageCall } from './index.ts';

describeStorage(
  'memory with measure',
  async () => {
    const storage = withMeasure(memoryStorage(), { onCall: () => undefined });
    return { storage, another: storage, close: async () => undefined };
  },
  { holdsObjectsInMemory: true },
);

/** The calls of a storage, on a clock that moves by hand. */
function measured(inner: Storage = memoryStorage()): {
  readonly storage: Storage;
  readonly calls: StorageCall[];
  readonly pass: (ms: number) => void;
} {
  let nowMs = 0;
  const calls: StorageCall[] = [];
  const storage = withMeasure(inner, { onCall: (call) => calls.push(call), now: () => nowMs });
  return { storage, calls, pass: (ms) => void (nowMs += ms) };
}

test('each call is told once, with what it moved', async () => {
  const { storage, calls } = measured();
  await storage.put('a', streamOf('12345'));
  await storage.createIfAbsent('b', Buffer.from('123'));
  await storage.createIfAbsent('b', Buffer.from('123'));
  await collect(storage.get('a', { start: 1 }));
  await storage.head('a');
  await keysOf(storage.list(''));
  await keysOf(storage.leftovers(''));
  await storage.remove('a');
  await storage.removeLeftover('a.part');
  await storage.check();
  expect(calls.map(({ verb, bytes, outcome }) => [verb, bytes, outcome])).toEqual([
    ['put', 5, 'ok'],
    ['createIfAbsent', 3, 'ok'],
    ['createIfAbsent', 0, 'ok'],
    ['get', 4, 'ok'],
    ['head', 0, 'ok'],
    ['list', 0, 'ok'],
    ['leftovers', 0, 'ok'],
    ['remove', 0, 'ok'],
    ['removeLeftover', 0, 'ok'],
    ['check', 0, 'ok'],
  ]);
});

test('failures have their code, and are thrown on', async () => {
  const failing = faultyStorage(memoryStorage(), {
    failCall: { verb: 'head', nth: 1, code: 'storage_full' },
  });
  const { storage, calls } = measured(failing);
  await expect(storage.head('a')).rejects.toThrow(coded('storage_full'));
  await expect(collect(storage.get('none'))).rejects.toThrow(coded('object_missing'));
  const broken = (async function* () {
    yield Buffer.from('x');
    throw new Error('pg_dump died');
  })();
  await expect(storage.put('a', broken)).rejects.toThrow('pg_dump died');
  await expect(
    storage.put('a', streamOf('x'), { signal: AbortSignal.abort(new Error('before')) }),
  ).rejects.toThrow('before');
  expect(calls.map(({ verb, outcome }) => [verb, outcome])).toEqual([
    ['head', 'storage_full'],
    ['get', 'object_missing'],
    ['put', 'failed'],
    ['put', 'aborted'],
  ]);
});

test("the source's and the reader's time is not the storage's", async () => {
  const inner: Storage = {
    ...memoryStorage(),
    put: async (_key, body) => {
      for await (const _bytes of body) pass(10);
      pass(100);
      return { sizeBytes: 2 };
    },
    get: async function* () {
      for (const text of ['a', 'b']) {
        pass(10);
        yield Buffer.from(text);
      }
      pass(100);
    },
  };
  const { storage, calls, pass } = measured(inner);
  const source = (async function* () {
    for (const text of ['a', 'b']) {
      pass(1_000);
      yield Buffer.from(text);
    }
  })();
  await storage.put('a', source);
  for await (const _bytes of storage.get('a')) pass(1_000);
  for await (const _bytes of storage.get('a')) {
    pass(1_000);
    break;
  }
  expect(calls.map(({ durationMs }) => durationMs)).toEqual([120, 120, 10]);
  expect(calls[2]).toMatchObject({ bytes: 1, outcome: 'ok' });
});

test('an aborted put does not count the silence of its source', async () => {
  const { storage, calls, pass } = measured();
  const abort = new AbortController();
  const silent = (async function* () {
    yield Buffer.from('x');
    pass(5_000);
    abort.abort(new Error('cancelled'));
    await new Promise(() => undefined);
  })();
  await expect(storage.put('a', silent, { signal: abort.signal })).rejects.toThrow('cancelled');
  expect(calls).toEqual([{ verb: 'put', durationMs: 0, bytes: 0, outcome: 'aborted' }]);
});
