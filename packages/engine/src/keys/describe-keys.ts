import { stat } from 'node:fs/promises';
import { parseRecipients, recipientOf } from '@holdfast/archive';
import type { Storage } from '@holdfast/storage';
import { KEY_FILE, openKeyRing, type KeySettings } from './open-key-ring.ts';

/** What the settings come to, without anything secret. */
export type KeyDescription = {
  /** Whether a backup is encrypted unless its request says otherwise. */
  readonly encryptsByDefault: boolean;
  /** Public keys that backups are encrypted to. */
  readonly recipients: readonly string[];
  /** Public keys of the private ones that this process has: what is encrypted to any of them it reads. */
  readonly readers: readonly string[];
  /** Whether it reads what it writes. */
  readonly readsOwn: boolean;
  /** Fingerprint of the index key. */
  readonly indexKey: string | undefined;
  /** What somebody should know or do. */
  readonly notes: readonly string[];
};

/** Reads keys and makes none: a repository's own is made by its first encrypted backup. Throws key_missing, key_wrong, key_invalid. */
export async function describeKeys(settings: KeySettings, storage: Storage): Promise<KeyDescription> {
  const { BACKUP_ENCRYPTION_KEY: passphrase, ...others } = settings;
  const isPending = passphrase !== undefined && !(await storage.head(KEY_FILE));
  const ring = openKeyRing(settings, storage);
  const readers = await Promise.all((await ring.identities()).map(recipientOf));
  const indexKey = await ring.indexKey();
  // To be asked for all of them it would make the one that is not there yet.
  const named = isPending ? { ...others, BACKUP_ENCRYPT: false } : settings;
  const whose = isPending ? openKeyRing(named, storage) : ring;
  const recipients = hasKeys(named) ? await whose.recipients() : [];
  return {
    encryptsByDefault: ring.encryptsByDefault,
    recipients,
    readers,
    readsOwn: isPending || recipients.some((each) => readers.includes(each)),
    indexKey: indexKey?.fingerprint,
    notes: [
      ...(isPending ? [`The first encrypted backup makes the repository's own key, ${KEY_FILE}.`] : []),
      ...(await openFiles(settings)),
    ],
  };
}

const hasKeys = ({
  BACKUP_ENCRYPTION_KEY,
  BACKUP_AGE_RECIPIENTS,
  BACKUP_AGE_IDENTITY_FILE,
}: KeySettings): boolean =>
  BACKUP_ENCRYPTION_KEY !== undefined ||
  BACKUP_AGE_IDENTITY_FILE !== undefined ||
  parseRecipients(BACKUP_AGE_RECIPIENTS ?? '').length > 0;

/** Key files that others can read. Where a platform knows no modes there are none. */
async function openFiles(settings: KeySettings): Promise<readonly string[]> {
  const notes: string[] = [];
  for (const setting of ['BACKUP_AGE_IDENTITY_FILE', 'BACKUP_INDEX_KEY_FILE'] as const) {
    const path = settings[setting];
    const mode = path === undefined ? 0 : (await stat(path)).mode & 0o777;
    if ((mode & 0o077) !== 0)
      notes.push(`${setting}: others can read ${path} (mode ${mode.toString(8)}); chmod 600 it.`);
  }
  return notes;
}
