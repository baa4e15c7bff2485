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
  /** Whether the same call may well succeed a moment later [true for storage_failed, false for the others]. */
  readonly isTransient: boolean;
  constructor(
    code: StorageErrorCode,
    message: string,
    options?: { readonly cause?: unknown; readonly isTransient?: boolean },
  ) {
    super(message, options);
    this.code = code;
    this.isTransient = options?.isTransient ?? code === 'storage_failed';
  }
}
