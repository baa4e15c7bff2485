export type AgeErrorCode =
  'key_missing' | 'key_wrong' | 'key_invalid' | 'archive_truncated' | 'archive_corrupt' | 'archive_foreign';

const NEXT_STEP: Readonly<Record<AgeErrorCode, string>> = {
  key_missing: 'Give one and try again.',
  key_wrong: 'Find the right one and try again.',
  key_invalid: 'Correct it and try again.',
  archive_truncated: 'Use another copy of it, or another backup.',
  archive_corrupt: 'Use another copy of it, or another backup.',
  archive_foreign: 'Check its name, or read it as what it is.',
};

/**
 * What is wrong with an encrypted file or its keys: a stable code and a sentence that ends with the next step. Neither
 * the sentence nor the cause ever holds an identity or a passphrase.
 */
export class AgeError extends Error {
  override readonly name = 'AgeError';
  readonly code: AgeErrorCode;
  constructor(code: AgeErrorCode, detail: string, options?: { cause?: unknown }) {
    super(`${detail} ${NEXT_STEP[code]}`, options);
    this.code = code;
  }
}
