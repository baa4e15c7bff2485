import type { Storage } from '../storage.ts';
import { listObjects } from './list-objects.ts';
import { assertBucket, lookAt } from './look-at.ts';
import { checkBucket } from './probe.ts';
import { newMark, putObject, writeWhole } from './put-object.ts';
import { readObject } from './read-object.ts';
import { hasObjectLock, removeObject } from './remove-object.ts';
import { nameOf, type S3Place } from './s3-place.ts';
import { removeUpload, unfinishedUploads } from './unfinished-uploads.ts';

/** A place in a bucket as storage. */
export function s3Storage(place: S3Place): Storage {
  let lock: Promise<boolean> | undefined;
  /** Asked once, and again only when it could not be answered. */
  const bucketHasLock = (): Promise<boolean> =>
    (lock ??= hasObjectLock(place).catch((error: unknown) => {
      lock = undefined;
      throw error;
    }));
  return {
    location: place.location,
    conditionalCreate: place.conditionalCreate,
    put: (key, body, options) => putObject(place, key, body, options),
    createIfAbsent: async (key, bytes) =>
      writeWhole(place, {
        name: nameOf(place, key),
        what: `write ${key}`,
        bytes: Uint8Array.from(bytes), // the caller may use its own again while a request is tried again
        mark: newMark(),
        isLarge: false,
        replaces: false,
      }),
    get: (key, range = { start: 0 }) => readObject(place, key, range),
    head: async (key) => {
      const seen = await lookAt(place, nameOf(place, key), `look at ${key}`);
      if (seen) return { key, sizeBytes: seen.sizeBytes, modifiedAt: seen.modifiedAt };
      await assertBucket(place);
      return undefined;
    },
    list: (prefix) => listObjects(place, prefix),
    remove: async (key) => removeObject(place, key, bucketHasLock),
    leftovers: (prefix) => unfinishedUploads(place, prefix),
    removeLeftover: async (key) => removeUpload(place, key),
    check: async () => {
      await checkBucket(place);
      return {};
    },
  };
}
