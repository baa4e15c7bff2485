import { expect } from 'vitest';

/** Matches a StorageError with this code. */
export const coded = (code: string): unknown => expect.objectContaining({ name: 'StorageError', code });
