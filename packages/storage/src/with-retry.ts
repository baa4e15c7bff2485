import { setTimeout } from 'node:timers/promises';
import { judgeRetry, type RetryLimits } from './judge-retry.ts';
import { StorageError } from './storage-error.ts';
import type { Storage, StorageVerb } from './storage.ts';

export type RetryOptions = Partial<RetryLimits> & {
  /** Milliseconds that never go back. [performance.now] */
  readonly now?: () => number;
  /** From 0 to below 1. [Math.random] */
  readonly random?: () => number;
  readonly wait?: (delayMs: number) => Promise<unknown>;
  /** Before a call is made again. Must not throw. */
  readonly onRetry?: (retry: {
    readonly verb: StorageVerb;
    readonly error: StorageError;
    readonly triesMade: number;
    readonly delayMs: number;
  }) => void;
};

/**
 * `inner`, calls that failed for a reason that may pass made again: 5 times within a minute, waiting up to 0.2, 0.4, 0.8 and
 * 1.6 s between them. Not a `put`: its body cannot be read twice. Reads and listings only until they give something.
 * After a call made again, `remove` may answer false for what the first one removed.
 */
export function withRetry(inner: Storage, options: RetryOptions = {}): Storage {
  const { tries = 5, totalMs = 60_000, firstDelayMs = 200, maxDelayMs = 10_000 } = options;
  const limits = { tries, totalMs, firstDelayMs, maxDelayMs };
  const { now = () => performance.now(), random = Math.random, wait = setTimeout, onRetry } = options;

  async function retrying<T>(verb: StorageVerb, work: (triesMade: number) => Promise<T>): Promise<T> {
    const startedAt = now();
    for (let triesMade = 0; ;) {
      try {
        return await work(triesMade);
      } catch (error) {
        triesMade += 1;
        const failure = error instanceof StorageError ? error : undefined;
        const judged = judgeRetry(
          failure,
          { triesMade, elapsedMs: now() - startedAt, random: random() },
          limits,
        );
        if (!failure || !judged.retry) throw error;
        onRetry?.({ verb, error: failure, triesMade, delayMs: judged.delayMs });
        await wait(judged.delayMs);
      }
    }
  }

  async function* untilFirst<T>(verb: StorageVerb, start: () => AsyncIterable<T>): AsyncGenerator<T> {
    const { iterator, first } = await retrying(verb, async () => {
      const iterator = start()[Symbol.asyncIterator]();
      return { iterator, first: await iterator.next() };
    });
    try {
      for (let next = first; !next.done; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.(undefined);
    }
  }

  const isThereAs = async (key: string, bytes: Uint8Array): Promise<boolean> => {
    const parts: Uint8Array[] = [];
    for await (const part of inner.get(key)) parts.push(part);
    return Buffer.concat(parts).equals(bytes);
  };

  return {
    location: inner.location,
    conditionalCreate: inner.conditionalCreate,
    put: (key, body, putOptions) => inner.put(key, body, putOptions),
    createIfAbsent: (key, bytes) => {
      const own = Uint8Array.from(bytes); // the caller may use its own again
      return retrying('createIfAbsent', async (triesMade) => {
        const answer = await inner.createIfAbsent(key, own);
        // An earlier try may have done its work and lost the answer: then what exists is ours.
        return answer === 'exists' && triesMade > 0 && (await isThereAs(key, own)) ? 'created' : answer;
      });
    },
    get: (key, range) => untilFirst('get', () => inner.get(key, range)),
    head: (key) => retrying('head', () => inner.head(key)),
    list: (prefix) => untilFirst('list', () => inner.list(prefix)),
    remove: (key) => retrying('remove', () => inner.remove(key)),
    leftovers: (prefix) => untilFirst('leftovers', () => inner.leftovers(prefix)),
    removeLeftover: (key) => retrying('removeLeftover', () => inner.removeLeftover(key)),
    check: () => retrying('check', () => inner.check()),
  };
}
