import { constants } from 'node:fs';
import {
  link,
  mkdir,
  open,
  readdir,
  realpath,
  stat,
  statfs,
  unlink,
  type FileHandle,
} from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { dirname, join, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fromFileSystem, isMissing } from './local-errors.ts';
import { safeSegments } from './safe-key.ts';
import { StorageError } from './storage-error.ts';
import type { Storage, StoredObject } from './storage.ts';

const PART = '.part';
/** Large enough that a system call costs nothing against its bytes, small enough to keep memory flat. */
const READ_BYTES = 1 << 20;

/**
 * A folder as storage. Objects are files 0600 in folders 0700. A write goes to `<key>.part`, is synced, then linked to
 * its name, which never replaces a file. `dir` itself must exist: a repository whose disk is not mounted is not made anew.
 */
export function localStorage(options: { readonly dir: string }): Storage {
  const root = resolve(options.dir);
  const pathOf = (key: string): string => join(root, ...safeSegments(key));

  async function put(
    key: string,
    body: AsyncIterable<Uint8Array>,
    { signal }: { readonly signal?: AbortSignal } = {},
  ) {
    const path = pathOf(key);
    await prepareFolder(root, path);
    if (await lookAt(path, key)) throw taken(key, root);
    const part = path + PART;
    await unlinkIfThere(part);
    const file = await open(
      part,
      constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW,
      0o600,
    ).catch((error: unknown) => {
      throw fromFileSystem(error, part);
    });
    let sizeBytes = 0;
    try {
      for await (const bytes of body) {
        signal?.throwIfAborted();
        sizeBytes += await writeAll(file, bytes, part);
      }
      signal?.throwIfAborted();
      await onDisk(file, part);
      await linkOnce(part, path, key, root);
    } finally {
      await file.close();
      await unlinkIfThere(part);
    }
    await syncFolder(dirname(path));
    return { sizeBytes };
  }

  async function createIfAbsent(key: string, bytes: Uint8Array): Promise<'created' | 'exists'> {
    const path = pathOf(key);
    await prepareFolder(root, path);
    // A name of its own: any number of callers may be here at once, and the link decides.
    const part = `${path}.${randomBytes(6).toString('hex')}${PART}`;
    const file = await open(part, 'wx', 0o600).catch((error: unknown) => {
      throw fromFileSystem(error, part);
    });
    try {
      await writeAll(file, bytes, part);
      await onDisk(file, part);
      await linkOnce(part, path, key, root);
      await syncFolder(dirname(path));
      return 'created';
    } catch (error) {
      if (error instanceof StorageError && error.code === 'name_taken') return 'exists';
      throw error;
    } finally {
      await file.close();
      await unlinkIfThere(part);
    }
  }

  async function* get(
    key: string,
    range: { readonly start: number; readonly endExclusive?: number } = { start: 0 },
  ) {
    const path = pathOf(key);
    await assertInside(root, path);
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch((error: unknown) => {
      throw isMissing(error) ? missing(key, root) : fromFileSystem(error, path);
    });
    try {
      let position = range.start;
      const end = range.endExclusive ?? Number.POSITIVE_INFINITY;
      while (position < end) {
        const buffer = Buffer.allocUnsafe(Math.min(READ_BYTES, end - position));
        const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
        if (bytesRead === 0) return;
        position += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await file.close();
    }
  }

  async function* walk(prefix: string, wanted: (name: string) => boolean): AsyncGenerator<StoredObject> {
    // Only the folder that the prefix names is read; `app/app_2026` needs `app` alone.
    const folder = prefix.includes('/') ? prefix.slice(0, prefix.lastIndexOf('/')) : '';
    if (folder !== '') safeSegments(folder);
    await assertThere(root);
    const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true }).catch(
      (error: unknown) => {
        if (isMissing(error)) return [];
        throw fromFileSystem(error, join(root, folder));
      },
    );
    const keys = entries
      .filter((entry) => entry.isFile() && wanted(entry.name))
      .map((entry) =>
        join(entry.parentPath, entry.name)
          .slice(root.length + 1)
          .split(sep)
          .join('/'),
      )
      .filter((key) => key.startsWith(prefix))
      .sort();
    for (const key of keys) {
      const object = await lookAt(join(root, key), key);
      if (object) yield object;
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
      return lookAt(path, key);
    },
    list: (prefix) => walk(prefix, (name) => !name.endsWith(PART) && !name.startsWith('.')),
    remove: async (key) => {
      const path = pathOf(key);
      await assertInside(root, path);
      const removed = await unlinkIfThere(path);
      if (removed) await syncFolder(dirname(path));
      return removed;
    },
    leftovers: (prefix) => walk(prefix, (name) => name.endsWith(PART)),
    removeLeftover: async (key) => {
      if (!key.endsWith(PART)) throw new StorageError('path_refused', `"${key}" is no unfinished write.`);
      await unlinkIfThere(pathOf(key));
    },
    check: async () => {
      await assertThere(root);
      const probe = `check-${randomBytes(6).toString('hex')}`;
      await createIfAbsent(probe, Buffer.from('Holdfast writes this to see that it can.\n'));
      await unlinkIfThere(join(root, probe));
      const { bavail, bsize } = await statfs(root);
      return { freeBytes: bavail * bsize };
    },
  };
}

async function assertThere(root: string): Promise<void> {
  const found = await stat(root).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw fromFileSystem(error, root);
  });
  if (!found?.isDirectory()) {
    throw new StorageError(
      'storage_missing',
      `The repository ${root} does not exist; mount its disk, or make the folder (mkdir -p ${root}).`,
    );
  }
}

async function prepareFolder(root: string, path: string): Promise<void> {
  await assertThere(root);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw fromFileSystem(error, dirname(path));
  });
  await assertInside(root, path);
}

/** No symbolic link on the way may lead out of the repository. */
async function assertInside(root: string, path: string): Promise<void> {
  try {
    const [realRoot, realFolder] = await Promise.all([realpath(root), realpath(dirname(path))]);
    if (realFolder === realRoot || realFolder.startsWith(realRoot + sep)) return;
  } catch (error) {
    if (isMissing(error)) return; // what is not there leads nowhere; the verb itself says so
    throw fromFileSystem(error, path);
  }
  throw new StorageError('path_refused', `${path} leads out of the repository through a link.`);
}

async function lookAt(path: string, key: string): Promise<StoredObject | undefined> {
  try {
    const { size, mtime } = await stat(path);
    return { key, sizeBytes: size, modifiedAt: mtime };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw fromFileSystem(error, path);
  }
}

/** A short write is no error to the system: the rest is written again until it is, or fails with the reason. */
async function writeAll(file: FileHandle, bytes: Uint8Array, what: string): Promise<number> {
  try {
    let written = 0;
    while (written < bytes.length) written += (await file.write(bytes, written)).bytesWritten;
    return written;
  } catch (error) {
    throw fromFileSystem(error, what);
  }
}

async function onDisk(file: FileHandle, what: string): Promise<void> {
  await file.sync().catch((error: unknown) => {
    throw fromFileSystem(error, what);
  });
}

async function linkOnce(part: string, path: string, key: string, root: string): Promise<void> {
  try {
    await link(part, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw taken(key, root); // fs errors carry a code
    throw fromFileSystem(error, path);
  }
}

/** A new name is durable only when its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function unlinkIfThere(path: string): Promise<boolean> {
  try {
    await unlink(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw fromFileSystem(error, path);
  }
}

const taken = (key: string, root: string): StorageError =>
  new StorageError('name_taken', `${key} exists already in ${root}; objects are never overwritten.`);
const missing = (key: string, root: string): StorageError =>
  new StorageError('object_missing', `${key} is not in ${root}.`);
