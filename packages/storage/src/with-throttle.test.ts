import { expect, test } from 'vitest';
import { collect, pieces, streamOf } from '../test/bytes.ts';
import { describeStorage } from '../test/conformance.ts';
import { memoryStorage, withThrottle, type Storage } from './index.ts';

describeStorage(
  'memory with throttle',
  async () => {
    const storage = withThrottle(memoryStorage(), { maxBytesPerSecond: 10e9 });
    return { storage, another: storage, close: async () => undefined };
  },
  { holdsObjectsInMemory: true },
);

/** `inner` at 1 MiB/s, on a clock that only waiting moves. */
function slow(inner: Storage): { readonly storage: Storage; readonly nowMs: () => number } {
  let nowMs = 0;
  const storage = withThrottle(inner, {
    maxBytesPerSecond: 1 << 20,
    now: () => nowMs,
    wait: async (delayMs) => void (nowMs += delayMs),
  });
  return { storage, nowMs: () => nowMs };
}

test('a put takes as long as its bytes need, but for the burst', async () => {
  const { storage, nowMs } = slow(memoryStorage());
  await storage.put('a', streamOf(...pieces(4 << 20)));
  expect(nowMs()).toBeCloseTo(3_750, 0);
});

test('a put and a get share one bucket', async () => {
  const { storage, nowMs } = slow(memoryStorage());
  await storage.put('a', streamOf(...pieces(2 << 20)));
  expect((await collect(storage.get('a'))).equals(Buffer.concat(pieces(2 << 20)))).toBe(true);
  expect(nowMs()).toBeCloseTo(3_750, 0);
});

test('large pieces come in slices of a tenth of a second', async () => {
  const inner = memoryStorage();
  await inner.put('a', streamOf(Buffer.alloc(1 << 20)));
  const lengths: number[] = [];
  for await (const { length } of slow(inner).storage.get('a')) lengths.push(length);
  expect(Math.max(...lengths)).toBe(Math.floor((1 << 20) / 10));
});

test('an abort is seen while it waits for its share, and the source is told', async () => {
  const abort = new AbortController();
  let ended = false;
  const source: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]: () => ({
      next: async () => ({ done: false, value: Buffer.alloc(1 << 20) }),
      return: async () => {
        ended = true;
        return { done: true, value: undefined };
      },
    }),
  };
  const storage = withThrottle(memoryStorage(), {
    maxBytesPerSecond: 1,
    wait: async () => {
      abort.abort(new Error('cancelled'));
      await new Promise(() => undefined);
    },
  });
  await expect(storage.put('a', source, { signal: abort.signal })).rejects.toThrow('cancelled');
  expect(ended).toBe(true);
});

test.each([0, -1, Number.NaN])('a rate of %f is refused', (maxBytesPerSecond) => {
  expect(() => withThrottle(memoryStorage(), { maxBytesPerSecond })).toThrow(RangeError);
});
