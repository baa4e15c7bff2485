export type StorageErrorCode =
  | 'storage_missing'
  | 'storage_read_only'
  | 'storage_full'
  | 'storage_failed'
  | 'object_missing'
  | 'name_taken'
  | 'path_refused';

/** A failure of the storage: a stable code and a sentence with the place, the cause and the next step. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  readonly code: StorageErrorCode;
  constructor(code: StorageErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
