import { setTimeout } from 'node:timers/promises';
import { fullBucket, takeBytes } from './plan-throttle.ts';
import type { Storage } from './storage.ts';

/** Pieces are cut so that none waits longer than this for its own share: the line is steady, and an abort is soon seen. */
const SLICE_MS = 100;

/**
 * `inner`, putting and getting together no more than `maxBytesPerSecond` on average; after a pause a quarter of a second's
 * worth goes at once. What `createIfAbsent` writes is small, and not counted.
 */
export function withThrottle(
  inner: Storage,
  options: {
    readonly maxBytesPerSecond: number;
    /** Milliseconds that never go back. [performance.now] */
    readonly now?: () => number;
    readonly wait?: (delayMs: number) => Promise<unknown>;
  },
): Storage {
  const { maxBytesPerSecond, now = () => performance.now(), wait = setTimeout } = options;
  if (!(maxBytesPerSecond > 0)) throw new RangeError(`maxBytesPerSecond ${maxBytesPerSecond} is not above 0`);
  const sliceBytes = Math.max(1, Math.floor((maxBytesPerSecond * SLICE_MS) / 1000));
  let bucket = fullBucket(now(), maxBytesPerSecond);

  /** `source` in slices, each given when its bytes may go. No generator: that could not be stopped while it waits. */
  const throttled = (source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> => ({
    [Symbol.asyncIterator]: () => {
      const pieces = source[Symbol.asyncIterator]();
      let rest: Uint8Array = new Uint8Array(0);
      return {
        next: async () => {
          while (rest.length === 0) {
            const piece = await pieces.next();
            if (piece.done) return { done: true, value: undefined };
            rest = piece.value;
          }
          const slice = rest.subarray(0, sliceBytes);
          rest = rest.subarray(slice.length);
          const taken = takeBytes(bucket, slice.length, now(), maxBytesPerSecond);
          bucket = taken.bucket;
          if (taken.waitMs > 0) await wait(taken.waitMs);
          return { done: false, value: slice };
        },
        return: async () => {
          await pieces.return?.();
          return { done: true, value: undefined };
        },
      };
    },
  });

  return {
    location: inner.location,
    conditionalCreate: inner.conditionalCreate,
    put: (key, body, putOptions) => inner.put(key, throttled(body), putOptions),
    createIfAbsent: (key, bytes) => inner.createIfAbsent(key, bytes),
    get: (key, range) => throttled(inner.get(key, range)),
    head: (key) => inner.head(key),
    list: (prefix) => inner.list(prefix),
    remove: (key) => inner.remove(key),
    leftovers: (prefix) => inner.leftovers(prefix),
    removeLeftover: (key) => inner.removeLeftover(key),
    check: () => inner.check(),
  };
}
