import { EventEmitter, on } from 'node:events';
import type { Bucket, Entry, Removed } from '@holdfast/bus';
import { HoldfastError } from '@holdfast/contracts';

/** A bucket without a server: compare-and-set, and watches. Each call yields once, so races happen. */
export function memoryBucket<T>(): Bucket<T> & { readonly keys: () => readonly string[] } {
  const entries = new Map<string, Entry<T>>();
  const changes = new EventEmitter({ captureRejections: true }).setMaxListeners(0);
  let revision = 0;
  const put = (key: string, value: T): Entry<T> => {
    const entry = { key, value, revision: ++revision };
    entries.set(key, entry);
    changes.emit('change', entry);
    return entry;
  };
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return {
    keys: () => [...entries.keys()],
    get: async (key) => {
      await turn();
      return entries.get(key);
    },
    create: async (key, value) => {
      await turn();
      return entries.has(key) ? undefined : put(key, value);
    },
    update: async (key, value, expected) => {
      await turn();
      return entries.get(key)?.revision === expected ? put(key, value) : undefined;
    },
    remove: async (key, expected) => {
      await turn();
      if (expected !== undefined && entries.get(key)?.revision !== expected) {
        throw new HoldfastError('version_conflict', `Key ${key} was changed meanwhile.`);
      }
      if (entries.delete(key)) changes.emit('change', { key, value: undefined, revision: ++revision });
    },
    watch: async function* (key, signal): AsyncGenerator<Entry<T> | Removed> {
      const later = on(changes, 'change', { signal });
      const present = entries.get(key);
      if (present) yield present;
      try {
        for await (const [entry] of later as AsyncIterable<[Entry<T> | Removed]>)
          if (entry.key === key) yield entry; // emitted above
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    },
    changes: async function* ({ prefix, signal }) {
      const isWanted = (key: string): boolean => prefix === undefined || key.startsWith(`${prefix}.`);
      const later = on(changes, 'change', { signal });
      const present = [...entries.values()].filter(({ key }) => isWanted(key));
      for (const [index, entry] of present.entries()) yield { ...entry, unread: present.length - index - 1 };
      try {
        for await (const [entry] of later as AsyncIterable<[Entry<T> | Removed]>)
          // emitted above
          if (isWanted(entry.key)) yield { ...entry, unread: 0 };
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    },
    entries: async () => {
      await turn();
      return [...entries.values()];
    },
  };
}
