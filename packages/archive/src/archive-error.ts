export type ArchiveErrorCode =
  | 'archive_truncated'
  | 'archive_corrupt'
  | 'archive_foreign'
  | 'archive_unsupported'
  | 'parent_missing'
  | 'parent_changed';

const NEXT_STEP: Readonly<Record<ArchiveErrorCode, string>> = {
  archive_truncated: 'The file was cut; use another backup.',
  archive_corrupt: 'The file was changed after it was written; use another backup.',
  archive_foreign: 'Holdfast did not write this file; check its name, or restore it as a foreign file.',
  archive_unsupported: 'A newer release wrote it; upgrade to read it.',
  parent_missing: 'Bring the parent back from a copy, or use a backup that does not need it.',
  parent_changed: 'Bring the right file back from a copy, or use a backup that does not need it.',
};

/** What is wrong with an archive: a stable code and a sentence that ends with the next step. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError';
  readonly code: ArchiveErrorCode;
  /** The message without its next step, for whoever has more to say. */
  readonly detail: string;
  constructor(code: ArchiveErrorCode, detail: string, options?: { cause?: unknown }) {
    super(`${detail} ${NEXT_STEP[code]}`, options);
    this.code = code;
    this.detail = detail;
  }
}
