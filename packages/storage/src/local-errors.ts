import { StorageError } from './storage-error.ts';

/** The StorageError behind what the file system said. `what` names the thing: `the repository /var/backups`. */
export function fromFileSystem(error: unknown, what: string): StorageError {
  if (error instanceof StorageError) return error;
  const { code, message } = error as NodeJS.ErrnoException; // whatever it is, these two may be there
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new StorageError(
        'storage_full',
        `No space left for ${what}; make room or enlarge the disk, then try again.`,
        { cause: error },
      );
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return new StorageError(
        'storage_read_only',
        `Not allowed to write or read ${what} (${code}); check its owner, its rights and the mount.`,
        { cause: error },
      );
    case 'ENAMETOOLONG':
      return new StorageError('path_refused', `The name is too long for ${what}.`, { cause: error });
    default:
      return new StorageError(
        'storage_failed',
        `The file system failed at ${what}: ${message}; check the disk, then try again.`,
        { cause: error },
      );
  }
}
export const isMissing = (error: unknown): boolean =>
  ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? ''); // fs errors carry a code
