import type { ErrorCode } from '@holdfast/contracts';

/** What says that the backup is bad, against what says that it could not be looked at. */
const BAD: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'archive_truncated',
  'archive_corrupt',
  'archive_foreign',
  'archive_unsupported',
  'invalid_backup',
  'data_missing',
  'parent_missing',
  'parent_changed',
  'restore_failed',
]);

export const isBad = (code: ErrorCode): boolean => BAD.has(code);
