export type ArchiveErrorCode =
  'archive_truncated' | 'archive_corrupt' | 'archive_foreign' | 'archive_unsupported';

const NEXT_STEP: Readonly<Record<ArchiveErrorCode, string>> = {
  archive_truncated: 'The file was cut; use another backup.',
  archive_corrupt: 'The file was changed after it was written; use another backup.',
  archive_foreign: 'Holdfast did not write this file; check its name, or restore it as a foreign file.',
  archive_unsupported: 'A newer release wrote it; upgrade to read it.',
};

/** What is wrong with an archive: a stable code and a sentence that ends with the next step. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError';
  readonly code: ArchiveErrorCode;
  constructor(code: ArchiveErrorCode, detail: string, options?: { cause?: unknown }) {
    super(`${detail} ${NEXT_STEP[code]}`, options);
    this.code = code;
  }
}
