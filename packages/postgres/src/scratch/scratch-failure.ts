import { PostgresError } from '../postgres-error.ts';

const FULL = new Set(['ENOSPC', 'EDQUOT']);
const UNUSABLE = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'ENOENT', 'ENAMETOOLONG', 'EEXIST']);

/** A file system's error about the scratch folder as one of ours; what is none of these comes back unchanged. */
export function scratchFailure(error: unknown, scratchDir: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (FULL.has(code)) return scratchFull(scratchDir, error);
  if (!UNUSABLE.has(code)) return error;
  return new PostgresError(
    'invalid_request',
    `The scratch folder ${scratchDir} cannot be used (${code}); name a folder that this user may write to.`,
    { cause: error },
  );
}

export const scratchFull = (scratchDir: string, cause?: unknown): PostgresError =>
  new PostgresError(
    'storage_full',
    `The scratch folder ${scratchDir} is full; make room there, name another folder, or use one job, then try again.`,
    { cause },
  );
