import { mkdir, open, realpath, stat } from 'node:fs/promises';
import { dirname, sep } from 'node:path';
import { StorageError } from '../storage-error.ts';
import { at, isMissing } from './file-system-errors.ts';

/** The storage's own folder is never made: one whose disk is not mounted would be filled in its place. */
export async function assertThere(root: string): Promise<void> {
  const found = await at(root, stat(root).catch(missingIsUndefined));
  if (found?.isDirectory()) return;
  throw new StorageError(
    'storage_missing',
    `The repository ${root} ${found ? 'is no folder' : 'does not exist'}; mount its disk, or make the folder (mkdir -p ${root}).`,
  );
}

/** No symbolic link among the folders above `path` may lead out of `root`. */
export async function assertInside(root: string, path: string): Promise<void> {
  const realRoot = await at(root, realpath(root).catch(missingIsUndefined));
  if (realRoot === undefined) return assertThere(root);
  for (let folder = dirname(path); folder.length > root.length; folder = dirname(folder)) {
    const real = await at(folder, realpath(folder).catch(missingIsUndefined));
    if (real === undefined) continue; // not there yet: its parent decides
    if (real.startsWith(realRoot === sep ? sep : realRoot + sep)) return;
    throw new StorageError(
      'path_refused',
      `${path} leads out of ${root} through a symbolic link; remove the link.`,
    );
  }
}

/** Makes the folders that `path` needs, 0700, durably. */
export async function prepareFolder(root: string, path: string): Promise<void> {
  await assertThere(root);
  await assertInside(root, path);
  const folder = dirname(path);
  const firstMade = await at(folder, makeFolders(folder));
  if (firstMade === undefined) return;
  // A folder survives a power cut only once the one above it is on disk.
  for (let made = folder; made.length >= firstMade.length; made = dirname(made))
    await syncFolder(dirname(made));
}

/** On a read-only disk Node's recursive mkdir says "not found"; a plain one says why. */
async function makeFolders(folder: string): Promise<string | undefined> {
  try {
    return await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    if (!isMissing(error)) throw error;
    await mkdir(folder, { mode: 0o700 });
    return folder;
  }
}

/** A new name is durable only when its folder is. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await at(path, open(path, 'r'));
  try {
    await at(path, folder.sync());
  } finally {
    await folder.close();
  }
}

function missingIsUndefined(error: unknown): undefined {
  if (isMissing(error)) return undefined;
  throw error;
}
