import { leftoverSegments, safeSegments } from './safe-key.ts';
import { StorageError } from './storage-error.ts';
import type { Storage, StoredObject } from './storage.ts';
import { untilAborted } from './until-aborted.ts';

/** Storage in this process' memory, for tests. */
export function memoryStorage(): Storage {
  const objects = new Map<string, { readonly bytes: Uint8Array; readonly modifiedAt: Date }>();
  const checked = (key: string): string => safeSegments(key).join('/');
  const describe = (key: string): StoredObject | undefined => {
    const object = objects.get(key);
    return object && { key, sizeBytes: object.bytes.length, modifiedAt: object.modifiedAt };
  };
  const keep = (key: string, bytes: Uint8Array): boolean => {
    if (objects.has(key)) return false;
    objects.set(key, { bytes, modifiedAt: new Date() });
    return true;
  };
  return {
    location: 'memory:',
    conditionalCreate: true,
    put: async (key, body, { signal, replaces = false } = {}) => {
      checked(key);
      signal?.throwIfAborted();
      if (!replaces && objects.has(key)) throw taken(key);
      const parts: Uint8Array[] = [];
      for await (const bytes of untilAborted(body, signal)) parts.push(Uint8Array.from(bytes));
      signal?.throwIfAborted();
      const bytes = Buffer.concat(parts);
      if (replaces) objects.delete(key);
      if (!keep(key, bytes)) throw taken(key);
      return { sizeBytes: bytes.length };
    },
    createIfAbsent: async (key, bytes) => (keep(checked(key), Uint8Array.from(bytes)) ? 'created' : 'exists'),
    get: async function* (key, range = { start: 0 }) {
      const object = objects.get(checked(key));
      if (!object) {
        throw new StorageError(
          'object_missing',
          `${key} is not in memory; list the storage to see what there is.`,
        );
      }
      // A copy: the reader may do with it as it likes.
      const bytes = object.bytes.slice(range.start, range.endExclusive);
      if (bytes.length > 0) yield bytes;
    },
    head: async (key) => describe(checked(key)),
    list: async function* (prefix) {
      const folder = prefix.slice(0, Math.max(0, prefix.lastIndexOf('/')));
      if (folder !== '') safeSegments(folder);
      for (const key of [...objects.keys()].filter((each) => each.startsWith(prefix)).sort()) {
        const object = describe(key);
        if (object) yield object;
      }
    },
    remove: async (key) => objects.delete(checked(key)),
    leftovers: async function* () {
      // What is not complete was never kept.
    },
    removeLeftover: async (key) => void leftoverSegments(key),
    check: async () => ({}),
  };
}

const taken = (key: string): StorageError =>
  new StorageError(
    'name_taken',
    `${key} exists already in memory; objects are never overwritten, use another name.`,
  );
