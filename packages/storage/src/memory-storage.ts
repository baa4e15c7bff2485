import { safeSegments } from './safe-key.ts';
import { StorageError } from './storage-error.ts';
import type { Storage, StoredObject } from './storage.ts';

/** Storage in this process' memory, for tests. */
export function memoryStorage(): Storage {
  const objects = new Map<string, { readonly bytes: Uint8Array; readonly modifiedAt: Date }>();
  const checked = (key: string): string => safeSegments(key).join('/');
  const describe = (key: string): StoredObject | undefined => {
    const object = objects.get(key);
    return object && { key, sizeBytes: object.bytes.length, modifiedAt: object.modifiedAt };
  };
  return {
    location: 'memory:',
    conditionalCreate: true,
    put: async (key, body, { signal } = {}) => {
      checked(key);
      if (objects.has(key)) throw taken(key);
      const parts: Uint8Array[] = [];
      for await (const bytes of body) {
        signal?.throwIfAborted();
        parts.push(Uint8Array.from(bytes));
      }
      signal?.throwIfAborted();
      if (objects.has(key)) throw taken(key);
      const bytes = Buffer.concat(parts);
      objects.set(key, { bytes, modifiedAt: new Date() });
      return { sizeBytes: bytes.length };
    },
    createIfAbsent: async (key, bytes) => {
      checked(key);
      if (objects.has(key)) return 'exists';
      objects.set(key, { bytes: Uint8Array.from(bytes), modifiedAt: new Date() });
      return 'created';
    },
    get: async function* (key, range = { start: 0 }) {
      const object = objects.get(checked(key));
      if (!object) throw new StorageError('object_missing', `${key} is not in memory.`);
      const bytes = object.bytes.subarray(range.start, range.endExclusive);
      if (bytes.length > 0) yield bytes;
    },
    head: async (key) => describe(checked(key)),
    list: async function* (prefix) {
      for (const key of [...objects.keys()].filter((each) => each.startsWith(prefix)).sort()) {
        const object = describe(key);
        if (object) yield object;
      }
    },
    remove: async (key) => objects.delete(checked(key)),
    leftovers: async function* () {
      // Nothing unfinished is ever kept.
    },
    removeLeftover: async () => undefined,
    check: async () => ({}),
  };
}

const taken = (key: string): StorageError =>
  new StorageError('name_taken', `${key} exists already; objects are never overwritten.`);
