import { randomBytes } from 'node:crypto';
import { link, open, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { PART } from '../safe-key.ts';
import { StorageError } from '../storage-error.ts';
import { at, fromFileSystem } from './file-system-errors.ts';
import { assertThere, syncFolder } from './folders.ts';
import { unlinkIfThere } from './part-file.ts';

const PROBE = Buffer.from('Holdfast writes this to see that it can.\n');

/**
 * Does with a probe what a put does: write, sync, link. The probe is named like an unfinished write, so no listing shows
 * it and clean-up finds one that a crash left.
 */
export async function checkFolder(
  root: string,
): Promise<{ readonly freeBytes: number; readonly totalBytes: number }> {
  await assertThere(root);
  const name = join(root, `check-${randomBytes(6).toString('hex')}`);
  const [probe, linked] = [name + PART, `${name}.link${PART}`];
  try {
    const file = await at(probe, open(probe, 'wx', 0o600));
    try {
      await at(probe, file.writeFile(PROBE));
      await at(probe, file.sync());
    } finally {
      await at(probe, file.close());
    }
    await link(probe, linked).catch((error: unknown) => {
      throw noLinks(error, root);
    });
    await syncFolder(root);
  } finally {
    await unlinkIfThere(linked);
    await unlinkIfThere(probe);
  }
  const { bavail, bfree, blocks, bsize } = await at(root, statfs(root));
  // As df counts: what is kept for root is no room of ours.
  return { freeBytes: bavail * bsize, totalBytes: (blocks - bfree + bavail) * bsize };
}

/** FAT and some network file systems answer EPERM where they mean that they cannot. */
function noLinks(error: unknown, root: string): StorageError {
  const { code = '' } = error as NodeJS.ErrnoException; // fs errors carry a code
  if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'ENOSYS'].includes(code))
    return fromFileSystem(error, root);
  return new StorageError(
    'storage_failed',
    `The file system of ${root} has no hard links (${code}), so a file could be overwritten; use one that has, such as ext4 or xfs.`,
    { cause: error },
  );
}
