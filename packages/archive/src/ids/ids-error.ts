export type IdsErrorCode =
  | 'key_wrong'
  | 'key_invalid'
  | 'archive_truncated'
  | 'archive_corrupt'
  | 'archive_foreign'
  | 'archive_unsupported';

const NEXT_STEP: Readonly<Record<IdsErrorCode, string>> = {
  key_wrong: 'Give the key that it was made with, or go on from a full backup.',
  key_invalid: 'Give 32 random bytes as 64 hexadecimal digits or in base64.',
  archive_truncated: 'Go on from a full backup.',
  archive_corrupt: 'Go on from a full backup.',
  archive_foreign: 'Go on from a full backup.',
  archive_unsupported: 'Upgrade to read it, or go on from a full backup.',
};

/**
 * What is wrong with a file of chunk ids or its key: a stable code and a sentence that ends with the next step. Never holds
 * any of the key. The backup that the file belongs to is none the worse for it.
 */
export class IdsError extends Error {
  override readonly name = 'IdsError';
  readonly code: IdsErrorCode;
  constructor(code: IdsErrorCode, detail: string, options?: { cause?: unknown }) {
    super(`${detail} ${NEXT_STEP[code]}`, options);
    this.code = code;
  }
}
