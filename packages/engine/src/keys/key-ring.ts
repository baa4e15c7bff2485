import type { IndexKey } from '@holdfast/archive';
import { HoldfastError } from '@holdfast/contracts';

/** The keys of a repository, read when they are first needed: a passphrase costs a second. */
export interface KeyRing {
  /** Whether backups are encrypted unless a request says otherwise. */
  readonly encryptsByDefault: boolean;
  /** Public keys that backups are encrypted to. Throws key_missing when there are none. */
  recipients(): Promise<readonly string[]>;
  /** Private keys; empty for a process that may write encrypted backups but not read them. */
  identities(): Promise<readonly string[]>;
  /** What seals the ids of chunks; undefined where none is configured. Throws key_missing, key_invalid. */
  indexKey(): Promise<IndexKey | undefined>;
}

/** A repository without encryption. */
export const noKeys: KeyRing = {
  encryptsByDefault: false,
  recipients: () =>
    Promise.reject(
      new HoldfastError(
        'key_missing',
        'There is nothing to encrypt with; set BACKUP_ENCRYPTION_KEY or BACKUP_AGE_RECIPIENTS.',
      ),
    ),
  identities: () => Promise.resolve([]),
  indexKey: () => Promise.resolve(undefined),
};
