import { describe, expect, test } from 'vitest';
import { collect, keysOf, streamOf } from '../test/bytes.ts';
import { coded } from '../test/codes.ts';
import { describeStorage } from '../test/conformance.ts';
import {
  faultyStorage,
  memoryStorage,
  StorageError,
  withRetry,
  type FaultPlan,
  type RetryOptions,
  type Storage,
  type StorageVerb,
} from './index.ts';

describeStorage(
  'memory with retry',
  async () => {
    const storage = withRetry(memoryStorage());
    return { storage, another: storage, close: async () => undefined };
  },
  { holdsObjectsInMemory: true },
);

/** A clock that only waiting moves; the jitter is always half. */
function fixed(options: RetryOptions = {}): RetryOptions & { readonly waitedMs: readonly number[] } {
  const waitedMs: number[] = [];
  return {
    waitedMs,
    now: () => waitedMs.reduce((sum, each) => sum + each, 0),
    random: () => 0.5,
    wait: async (delayMs) => void waitedMs.push(delayMs),
    ...options,
  };
}

const failingOnce = (
  inner: Storage,
  verb: StorageVerb,
  code: 'storage_failed' | 'storage_full' = 'storage_failed',
) => faultyStorage(inner, { failCall: { verb, nth: 1, code } });

async function filled(): Promise<Storage> {
  const inner = memoryStorage();
  await inner.put('a', streamOf('x'));
  return inner;
}

describe('a call that failed for a reason that may pass is made again', () => {
  test.each([
    ['head', async (storage: Storage) => (await storage.head('a'))?.sizeBytes, 1],
    ['get', async (storage: Storage) => (await collect(storage.get('a'))).toString(), 'x'],
    ['list', (storage: Storage) => keysOf(storage.list('')), ['a']],
    ['leftovers', (storage: Storage) => keysOf(storage.leftovers('')), []],
    ['remove', (storage: Storage) => storage.remove('a'), true],
    ['removeLeftover', (storage: Storage) => storage.removeLeftover('a.part'), undefined],
    ['createIfAbsent', (storage: Storage) => storage.createIfAbsent('b', Buffer.from('y')), 'created'],
    ['check', (storage: Storage) => storage.check(), {}],
  ] as const)('%s', async (verb, work, expected) => {
    const told: unknown[] = [];
    const options = fixed({ onRetry: (retry) => told.push(retry) });
    const storage = withRetry(failingOnce(await filled(), verb), options);
    expect(await work(storage)).toEqual(expected);
    expect(options.waitedMs).toEqual([100]);
    expect(told).toEqual([{ verb, error: coded('storage_failed'), triesMade: 1, delayMs: 100 }]);
  });
});

test('a put is not made again: its body is gone', async () => {
  const options = fixed();
  const storage = withRetry(failingOnce(memoryStorage(), 'put'), options);
  await expect(storage.put('a', streamOf('x'))).rejects.toThrow(coded('storage_failed'));
  expect(options.waitedMs).toEqual([]);
});

test('what will not pass is told at once', async () => {
  const options = fixed();
  const storage = withRetry(failingOnce(memoryStorage(), 'head', 'storage_full'), options);
  await expect(storage.head('a')).rejects.toThrow(coded('storage_full'));
  await expect(collect(storage.get('none'))).rejects.toThrow(coded('object_missing'));
  expect(options.waitedMs).toEqual([]);
});

test('tries end, and the last failure is told', async () => {
  const options = fixed();
  let calls = 0;
  const inner: Storage = {
    ...memoryStorage(),
    head: async () => {
      throw new StorageError('storage_failed', `failure ${(calls += 1)}`);
    },
  };
  await expect(withRetry(inner, options).head('a')).rejects.toThrow('failure 5');
  expect(options.waitedMs).toEqual([100, 200, 400, 800]);
});

test('time ends them too', async () => {
  const options = fixed({ tries: 100, totalMs: 1_000 });
  const inner: Storage = {
    ...memoryStorage(),
    head: async () => {
      throw new StorageError('storage_failed', 'down');
    },
  };
  await expect(withRetry(inner, options).head('a')).rejects.toThrow('down');
  expect(options.waitedMs).toEqual([100, 200, 400]);
});

test('a read that gave something is not begun again', async () => {
  const options = fixed();
  const inner: Storage = {
    ...memoryStorage(),
    get: async function* () {
      yield Buffer.from('half');
      throw new StorageError('storage_failed', 'cut');
    },
  };
  const read: string[] = [];
  const reading = async (): Promise<void> => {
    for await (const bytes of withRetry(inner, options).get('a')) read.push(Buffer.from(bytes).toString());
  };
  await expect(reading()).rejects.toThrow('cut');
  expect(read).toEqual(['half']);
  expect(options.waitedMs).toEqual([]);
});

describe('a commit whose reply is lost', () => {
  /** The first reply only: the second call is answered. */
  const losingOnce = (inner: Storage, plan: FaultPlan = { loseCommitReply: true }): Storage => {
    let lost = false;
    return {
      ...inner,
      createIfAbsent: (key, bytes) => {
        const storage = lost ? inner : faultyStorage(inner, plan);
        lost = true;
        return storage.createIfAbsent(key, bytes);
      },
    };
  };

  test('is ours when the same bytes are there', async () => {
    const inner = memoryStorage();
    const storage = withRetry(losingOnce(inner), fixed());
    expect(await storage.createIfAbsent('m', Buffer.from('mine'))).toBe('created');
    expect((await collect(inner.get('m'))).toString()).toBe('mine');
  });

  test("is another's when other bytes are there", async () => {
    const inner = memoryStorage();
    await inner.createIfAbsent('m', Buffer.from('theirs'));
    const storage = withRetry(losingOnce(inner), fixed());
    expect(await storage.createIfAbsent('m', Buffer.from('mine'))).toBe('exists');
  });

  test('that was not lost is exists, whatever the bytes', async () => {
    const inner = memoryStorage();
    await inner.createIfAbsent('m', Buffer.from('same'));
    expect(await withRetry(inner, fixed()).createIfAbsent('m', Buffer.from('same'))).toBe('exists');
  });

  test('writes the bytes it was given, also when they are changed meanwhile', async () => {
    const inner = memoryStorage();
    const bytes = Buffer.from('before');
    const options = fixed({ wait: async () => void bytes.write('after!') });
    await withRetry(failingOnce(inner, 'createIfAbsent'), options).createIfAbsent('m', bytes);
    expect((await collect(inner.get('m'))).toString()).toBe('before');
  });
});
