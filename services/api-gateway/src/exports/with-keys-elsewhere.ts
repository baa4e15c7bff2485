import { failureOf, HoldfastError, type Manifest } from '@holdfast/contracts';

/** A gateway may be without keys on purpose: then it says who can read the backup. */
export async function withKeysElsewhere<T>(
  { backup: { filename } }: Pick<Manifest, 'backup'>,
  read: () => Promise<T>,
): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (failureOf(cause).code !== 'key_missing') throw cause;
    throw new HoldfastError(
      'key_missing',
      `${filename} is encrypted and the gateway has no key to it; where the key is, set BACKUP_AGE_IDENTITY_FILE or BACKUP_ENCRYPTION_KEY and go without the server: --local.`,
      { cause },
    );
  }
}
