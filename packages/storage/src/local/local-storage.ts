import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isSafeKey, leftoverSegments, PART, safeSegments } from '../safe-key.ts';
import { StorageError } from '../storage-error.ts';
import type { PutOptions, Storage } from '../storage.ts';
import { thenDispose } from '../then-dispose.ts';
import { untilAborted } from '../until-aborted.ts';
import { checkFolder } from './check-folder.ts';
import { at, fromFileSystem, isMissing } from './file-system-errors.ts';
import { assertInside, assertThere, prepareFolder, syncFolder } from './folders.ts';
import { openPart, removeStaleParts, unlinkIfThere } from './part-file.ts';
import { lookAt, walk } from './walk.ts';

/** Large enough that a system call costs nothing against its bytes, small enough to keep memory flat. */
const READ_BYTES = 1 << 20;

/**
 * A folder as storage. Objects are files 0600 in folders 0700. A write goes to a `.part` file in the same folder, is
 * synced, then linked to its name, which never replaces a file. `dir` itself must exist (`storage_missing`).
 */
export function localStorage(options: { readonly dir: string }): Storage {
  const root = resolve(options.dir);
  const pathOf = (key: string): string => join(root, ...safeSegments(key));
  const taken = (key: string): StorageError =>
    new StorageError(
      'name_taken',
      `${key} exists already in ${root}; objects are never overwritten, use another name.`,
    );

  async function put(
    key: string,
    body: AsyncIterable<Uint8Array>,
    { signal, replaces = false }: PutOptions = {},
  ): Promise<{ readonly sizeBytes: number }> {
    const path = pathOf(key);
    signal?.throwIfAborted();
    await prepareFolder(root, path);
    if (!replaces && (await lookAt(path, key))) throw taken(key);
    await removeStaleParts(path);
    const part = await openPart(path);
    return thenDispose(part.dispose, async () => {
      let sizeBytes = 0;
      for await (const bytes of untilAborted(body, signal)) {
        await part.write(bytes);
        sizeBytes += bytes.length;
      }
      signal?.throwIfAborted();
      if (!(await part.complete(replaces))) throw taken(key);
      try {
        await syncFolder(dirname(path));
      } catch (error) {
        if (!replaces) await unlinkIfThere(path); // a put that fails leaves nothing
        throw error;
      }
      return { sizeBytes };
    });
  }

  async function createIfAbsent(key: string, bytes: Uint8Array): Promise<'created' | 'exists'> {
    const path = pathOf(key);
    await prepareFolder(root, path);
    const part = await openPart(path);
    return thenDispose(part.dispose, async () => {
      await part.write(bytes);
      const created = await part.complete();
      await syncFolder(dirname(path)); // also for `exists`: whoever relies on it must find it after a power cut
      return created ? 'created' : 'exists';
    });
  }

  async function* get(
    key: string,
    range: { readonly start: number; readonly endExclusive?: number } = { start: 0 },
  ): AsyncGenerator<Uint8Array> {
    const path = pathOf(key);
    await assertInside(root, path);
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(async (error: unknown) => {
      if (!isMissing(error)) throw fromFileSystem(error, path);
      await assertThere(root);
      throw new StorageError(
        'object_missing',
        `${key} is not in ${root}; list the storage to see what there is.`,
      );
    });
    try {
      // No buffer is larger than the file: a list reads thousands of small ones.
      const { size } = await at(path, file.stat());
      const end = Math.min(range.endExclusive ?? size, size);
      let position = range.start;
      while (position < end) {
        const buffer = Buffer.allocUnsafeSlow(Math.min(READ_BYTES, end - position));
        const { bytesRead } = await at(path, file.read(buffer, 0, buffer.length, position));
        if (bytesRead === 0) return;
        position += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await file.close();
    }
  }

  return {
    location: pathToFileURL(root).href,
    conditionalCreate: true,
    put,
    createIfAbsent,
    get,
    head: async (key) => {
      const path = pathOf(key);
      await assertInside(root, path);
      const object = await lookAt(path, key);
      if (!object) await assertThere(root);
      return object;
    },
    list: (prefix) => walk(root, prefix, isSafeKey),
    remove: async (key) => {
      const path = pathOf(key);
      await assertInside(root, path);
      const removed = await unlinkIfThere(path);
      // "Not there" said of a disk that is not mounted would be a lie.
      await (removed ? syncFolder(dirname(path)) : assertThere(root));
      return removed;
    },
    leftovers: (prefix) => walk(root, prefix, (key) => key.endsWith(PART)),
    removeLeftover: async (key) => {
      const path = join(root, ...leftoverSegments(key));
      await assertInside(root, path);
      await unlinkIfThere(path);
    },
    check: () => checkFolder(root),
  };
}
