import { StorageError } from '../storage-error.ts';

/** The StorageError behind what the file system said. `path` is where. */
export function fromFileSystem(error: unknown, path: string): StorageError {
  if (error instanceof StorageError) return error;
  const { code = '', message } = error as NodeJS.ErrnoException; // whatever it is, these two may be there
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new StorageError(
        'storage_full',
        `No space is left to write ${path}; make room or enlarge the disk, then try again.`,
        { cause: error },
      );
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return new StorageError(
        'storage_read_only',
        `${path} may not be read or written (${code}); check its owner, its rights and how its disk is mounted.`,
        { cause: error },
      );
    case 'ENAMETOOLONG':
      return new StorageError(
        'path_refused',
        `${path} is too long for the file system; use a shorter name.`,
        {
          cause: error,
        },
      );
    case 'ELOOP':
      return new StorageError(
        'path_refused',
        `${path} is a symbolic link, which is never followed; put the file itself there.`,
        { cause: error },
      );
    default:
      return new StorageError(
        'storage_failed',
        `The file system failed at ${path}: ${message}; check the disk, then try again.`,
        { cause: error },
      );
  }
}

export const isMissing = (error: unknown): boolean =>
  ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? ''); // fs errors carry a code

export const isTaken = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'EEXIST'; // the same

/** `work`, its failure told as a StorageError about `path`. */
export async function at<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw fromFileSystem(error, path);
  }
}
