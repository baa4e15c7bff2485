import { setTimeout as delay } from 'node:timers/promises';
import type { Bucket, Entry, Removed } from '@holdfast/bus';
import { failureOf } from '@holdfast/contracts';
import type { SchedulerDependencies } from './dependencies.ts';

const AGAIN_MS = 1_000;

export type Followed<T> = {
  readonly entries: ReadonlyMap<string, Entry<T>>;
  /** Resolves when all that was there at the start has been read. */
  readonly begun: Promise<void>;
  stop(): Promise<void>;
};

/** A bucket in memory, kept current: what it holds may be a moment old, so decisions are made on fresh entries. */
export function followBucket<T>(
  { log }: Pick<SchedulerDependencies, 'log'>,
  bucket: Bucket<T>,
  name: string,
  onChange: (key: string) => void,
): Followed<T> {
  const entries = new Map<string, Entry<T>>();
  const stopping = new AbortController();
  const begun = Promise.withResolvers<void>();

  async function readOnce(): Promise<void> {
    // What was removed while nobody read is told by nobody, so each reading begins with a comparison.
    const stored = await bucket.entries();
    const keys = new Set(stored.map(({ key }) => key));
    for (const key of entries.keys()) if (!keys.has(key)) drop(key);
    for (const entry of stored) apply(entry);
    begun.resolve();
    for await (const change of bucket.changes({ signal: stopping.signal })) apply(change);
  }
  function apply({ key, value, revision }: Entry<T> | Removed): void {
    if (value === undefined) return drop(key);
    const known = entries.get(key);
    if (known && known.revision >= revision) return;
    entries.set(key, { key, value, revision });
    onChange(key);
  }
  function drop(key: string): void {
    if (entries.delete(key)) onChange(key);
  }
  const reading = (async () => {
    while (!stopping.signal.aborted) {
      try {
        await readOnce();
      } catch (error) {
        if (stopping.signal.aborted) return;
        log.warn({ failure: failureOf(error) }, `could not read bucket ${name}; trying again`);
      }
      // Also when the changes ended by themselves: on a bus that is closed they end at once.
      if (!stopping.signal.aborted) await delay(AGAIN_MS, undefined, { ref: false });
    }
  })();
  return {
    entries,
    begun: begun.promise,
    stop: async () => {
      stopping.abort();
      begun.resolve();
      await reading;
    },
  };
}
