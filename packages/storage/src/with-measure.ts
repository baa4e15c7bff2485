import { StorageError, type StorageErrorCode } from './storage-error.ts';
import type { Storage, StorageVerb } from './storage.ts';

export type StorageCall = {
  readonly verb: StorageVerb;
  /** How long the caller waited for the storage: not how long a put waited for its source, or a get for its reader. */
  readonly durationMs: number;
  /** Written or read; 0 for the other verbs. */
  readonly bytes: number;
  /** `aborted` by the caller's signal; `failed` by what is no StorageError, such as the source of a put. */
  readonly outcome: 'ok' | 'aborted' | 'failed' | StorageErrorCode;
};

/** `inner`, with a word about each call when it is over. A read or listing that the caller leaves early is over, and `ok`. */
export function withMeasure(
  inner: Storage,
  options: {
    /** Must not throw. */
    readonly onCall: (call: StorageCall) => void;
    /** Milliseconds that never go back. [performance.now] */
    readonly now?: () => number;
  },
): Storage {
  const { onCall, now = () => performance.now() } = options;

  async function call<T>(
    verb: StorageVerb,
    work: (waiting: Waiting) => Promise<T>,
    bytesOf: (answer: T) => number = () => 0,
    signal?: AbortSignal,
  ): Promise<T> {
    const startedAt = now();
    const waiting: Waiting = { waitedMs: 0, sinceMs: undefined };
    const durationMs = (): number => {
      const endedAt = now();
      return endedAt - startedAt - waiting.waitedMs - (endedAt - (waiting.sinceMs ?? endedAt));
    };
    let answer: T;
    try {
      answer = await work(waiting);
    } catch (error) {
      onCall({ verb, durationMs: durationMs(), bytes: 0, outcome: outcomeOf(error, signal) });
      throw error;
    }
    onCall({ verb, durationMs: durationMs(), bytes: bytesOf(answer), outcome: 'ok' });
    return answer;
  }

  async function* iterate<T>(
    verb: StorageVerb,
    items: AsyncIterable<T>,
    bytesOf: (item: T) => number = () => 0,
  ): AsyncGenerator<T> {
    let readerMs = 0;
    let bytes = 0;
    let outcome: StorageCall['outcome'] = 'ok';
    let givenAt: number | undefined;
    const startedAt = now();
    try {
      for await (const item of items) {
        bytes += bytesOf(item);
        givenAt = now();
        yield item;
        readerMs += now() - givenAt;
        givenAt = undefined;
      }
    } catch (error) {
      outcome = outcomeOf(error);
      throw error;
    } finally {
      const endedAt = now();
      onCall({
        verb,
        durationMs: endedAt - startedAt - readerMs - (endedAt - (givenAt ?? endedAt)),
        bytes,
        outcome,
      });
    }
  }

  return {
    location: inner.location,
    conditionalCreate: inner.conditionalCreate,
    put: (key, body, putOptions = {}) =>
      call(
        'put',
        (waiting) => inner.put(key, timed(body, waiting, now), putOptions),
        ({ sizeBytes }) => sizeBytes,
        putOptions.signal,
      ),
    createIfAbsent: (key, bytes) =>
      call(
        'createIfAbsent',
        () => inner.createIfAbsent(key, bytes),
        (answer) => (answer === 'created' ? bytes.length : 0),
      ),
    get: (key, range) => iterate('get', inner.get(key, range), ({ length }) => length),
    head: (key) => call('head', () => inner.head(key)),
    list: (prefix) => iterate('list', inner.list(prefix)),
    remove: (key) => call('remove', () => inner.remove(key)),
    leftovers: (prefix) => iterate('leftovers', inner.leftovers(prefix)),
    removeLeftover: (key) => call('removeLeftover', () => inner.removeLeftover(key)),
    check: () => call('check', () => inner.check()),
  };
}

/** How long a put waited for its source, and since when it does now. */
type Waiting = { waitedMs: number; sinceMs: number | undefined };

/** `body`, the waiting for it told to `waiting`. No generator: that could not be stopped while `body` is silent. */
function timed(
  body: AsyncIterable<Uint8Array>,
  waiting: Waiting,
  now: () => number,
): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]: () => {
      const source = body[Symbol.asyncIterator]();
      return {
        next: async () => {
          const sinceMs = now();
          waiting.sinceMs = sinceMs;
          try {
            return await source.next();
          } finally {
            waiting.sinceMs = undefined;
            waiting.waitedMs += now() - sinceMs;
          }
        },
        return: async () => {
          await source.return?.();
          return { done: true, value: undefined };
        },
      };
    },
  };
}

function outcomeOf(error: unknown, signal?: AbortSignal): StorageCall['outcome'] {
  if (signal?.aborted) return 'aborted';
  return error instanceof StorageError ? error.code : 'failed';
}
