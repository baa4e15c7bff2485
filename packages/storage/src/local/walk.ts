import { lstat, readdir } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { safeSegments } from '../safe-key.ts';
import type { StoredObject } from '../storage.ts';
import { at, fromFileSystem, isMissing } from './file-system-errors.ts';
import { assertInside, assertThere } from './folders.ts';

/** The files whose key begins with `prefix` and is `wanted`, sorted by key. Links are no files. */
export async function* walk(
  root: string,
  prefix: string,
  wanted: (key: string) => boolean,
): AsyncGenerator<StoredObject> {
  // Only the folder that the prefix names is read: `app/app_2026` needs `app` alone.
  const folder = prefix.slice(0, Math.max(0, prefix.lastIndexOf('/')));
  if (folder !== '') safeSegments(folder);
  await assertThere(root);
  const from = join(root, folder);
  await assertInside(root, join(from, 'any'));
  const entries = await at(
    from,
    readdir(from, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    }),
  );
  const keyAt = join(root, sep).length;
  const keys = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(keyAt).replaceAll(sep, '/'))
    .filter((key) => key.startsWith(prefix) && wanted(key))
    .sort();
  for (const key of keys) {
    const object = await lookAt(join(root, key), key);
    if (object) yield object;
  }
}

/** What is there, if it is a file; a link is not followed. */
export async function lookAt(path: string, key: string): Promise<StoredObject | undefined> {
  try {
    const found = await lstat(path);
    return found.isFile() ? { key, sizeBytes: found.size, modifiedAt: found.mtime } : undefined;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw fromFileSystem(error, path);
  }
}
