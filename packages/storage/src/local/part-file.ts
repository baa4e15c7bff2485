import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { link, open, readdir, rename, unlink, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PART } from '../safe-key.ts';
import { StorageError } from '../storage-error.ts';
import { at, fromFileSystem, isMissing, isTaken } from './file-system-errors.ts';

/** A file being written, beside the place it will have. */
export type PartFile = {
  write(bytes: Uint8Array): Promise<void>;
  /** Syncs, closes and gives the file its name, unless that is taken: then false. Where it `replaces`, it never is. */
  complete(replaces?: boolean): Promise<boolean>;
  /** Closes and removes it. Call it however the write ended. */
  dispose(): Promise<void>;
};

/**
 * Opens `<path>.<random>.part`, never an existing one. The random part is what keeps two writers of one key apart: were
 * it `<path>.part`, the first to finish could give the name to the other's unfinished file.
 */
export async function openPart(path: string): Promise<PartFile> {
  const part = `${path}.${randomBytes(6).toString('hex')}${PART}`;
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const file = await at(part, open(part, flags, 0o600));
  let closed = false;
  const close = async (): Promise<void> => {
    if (closed) return;
    closed = true;
    await at(part, file.close());
  };
  return {
    write: (bytes) => writeAll(file, bytes, part),
    complete: async (replaces = false) => {
      await at(part, file.sync());
      await close();
      return replaces ? takePlace(part, path) : giveName(part, path);
    },
    dispose: async () => {
      await close();
      await unlinkIfThere(part);
    },
  };
}

/** What earlier writers of the same path left. One that is still alive fails when it is done, and changes nothing. */
export async function removeStaleParts(path: string): Promise<void> {
  const folder = dirname(path);
  const name = basename(path);
  for (const entry of await at(folder, readdir(folder))) {
    const isStale = entry.startsWith(`${name}.`) && /^\.[0-9a-f]{12}\.part$/.test(entry.slice(name.length));
    if (isStale) await unlinkIfThere(join(folder, entry));
  }
}

/** A link, not a rename: it never replaces what is there. */
async function giveName(part: string, path: string): Promise<boolean> {
  try {
    await link(part, path);
    return true;
  } catch (error) {
    if (isTaken(error)) return false;
    throw failedToName(error, part, path);
  }
}

/** At every moment one of the two is there. */
async function takePlace(part: string, path: string): Promise<true> {
  try {
    await rename(part, path);
    return true;
  } catch (error) {
    throw failedToName(error, part, path);
  }
}

function failedToName(error: unknown, part: string, path: string): StorageError {
  if (!isMissing(error)) return fromFileSystem(error, path);
  return new StorageError(
    'storage_failed',
    `${part} was removed while it was written, by another writer of ${path} or a clean-up; try again.`,
    { cause: error },
  );
}

/** A short write is no error to the system: the rest is written again until it is, or fails with the reason. */
async function writeAll(file: FileHandle, bytes: Uint8Array, path: string): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await at(path, file.write(bytes, written));
    if (bytesWritten === 0)
      throw new StorageError(
        'storage_failed',
        `${path} takes no more bytes; check the disk, then try again.`,
      );
    written += bytesWritten;
  }
}

export async function unlinkIfThere(path: string): Promise<boolean> {
  try {
    await unlink(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw fromFileSystem(error, path);
  }
}
