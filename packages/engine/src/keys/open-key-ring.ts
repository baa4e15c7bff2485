import { readFile } from 'node:fs/promises';
import {
  generateIdentity,
  parseIdentityFile,
  parseIndexKey,
  parseRecipients,
  recipientOf,
  sealIdentity,
  unsealIdentity,
} from '@holdfast/archive';
import { HoldfastError } from '@holdfast/contracts';
import type { Storage } from '@holdfast/storage';
import { noKeys, type KeyRing } from './key-ring.ts';

export type KeySettings = {
  readonly BACKUP_ENCRYPT?: boolean | undefined;
  readonly BACKUP_ENCRYPTION_KEY?: string | undefined;
  readonly BACKUP_AGE_RECIPIENTS?: string | undefined;
  readonly BACKUP_AGE_IDENTITY_FILE?: string | undefined;
  readonly BACKUP_INDEX_KEY_FILE?: string | undefined;
};

/** An ordinary passphrase age file with the repository's own identity. */
export const KEY_FILE = 'repository.key.age';

/**
 * The keys that the settings name. With a passphrase the repository's own identity is made at the first encrypted backup
 * and kept in the repository; whoever has the passphrase and the repository has everything. Throws key_missing,
 * key_invalid.
 */
export function openKeyRing(settings: KeySettings, storage: Storage): KeyRing {
  const {
    BACKUP_ENCRYPTION_KEY: passphrase,
    BACKUP_AGE_RECIPIENTS: publicKeys,
    BACKUP_AGE_IDENTITY_FILE: identityFile,
    BACKUP_INDEX_KEY_FILE: indexKeyFile,
  } = settings;
  const recipients = parseRecipients(publicKeys ?? '');
  const hasKeys = passphrase !== undefined || recipients.length > 0 || identityFile !== undefined;
  if (!hasKeys) {
    if (settings.BACKUP_ENCRYPT) {
      throw new HoldfastError(
        'key_missing',
        'BACKUP_ENCRYPT is on, but there is no key: set BACKUP_ENCRYPTION_KEY or BACKUP_AGE_RECIPIENTS.',
      );
    }
    return noKeys;
  }
  const fromFile = once(async () =>
    identityFile === undefined
      ? []
      : parseIdentityFile(await readKeyText('BACKUP_AGE_IDENTITY_FILE', identityFile)),
  );
  const indexKey = retryable(async () =>
    indexKeyFile === undefined
      ? undefined
      : parseIndexKey(await readKeyText('BACKUP_INDEX_KEY_FILE', indexKeyFile)),
  );
  const existing = retryable(async () => {
    const sealed = passphrase === undefined ? undefined : await readKeyFile(storage);
    return sealed && passphrase !== undefined ? unsealIdentity(sealed, passphrase) : undefined;
  });
  const ownIdentity = retryable(async () => (await existing()) ?? makeIdentity(storage, passphrase ?? ''));
  return {
    encryptsByDefault: settings.BACKUP_ENCRYPT ?? true,
    recipients: async () => [
      ...recipients,
      // Without public keys of their own, the private ones say whom to encrypt to.
      ...(recipients.length > 0 ? [] : await Promise.all((await fromFile()).map(recipientOf))),
      ...(passphrase === undefined ? [] : [await recipientOf(await ownIdentity())]),
    ],
    identities: async () => {
      const own = await existing();
      return [...(await fromFile()), ...(own === undefined ? [] : [own])];
    },
    indexKey,
  };
}

async function readKeyText(setting: keyof KeySettings, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new HoldfastError(
      'key_missing',
      `${setting}: cannot read ${path}; check the path and its rights.`,
      { cause },
    );
  }
}

async function readKeyFile(storage: Storage): Promise<Buffer | undefined> {
  if (!(await storage.head(KEY_FILE))) return undefined;
  const parts: Uint8Array[] = [];
  for await (const part of storage.get(KEY_FILE)) parts.push(part);
  return Buffer.concat(parts);
}

/** Of several processes that do this at once, one wins and all use its key. */
async function makeIdentity(storage: Storage, passphrase: string): Promise<string> {
  const { identity } = await generateIdentity();
  const made = await storage.createIfAbsent(KEY_FILE, await sealIdentity(identity, passphrase));
  if (made === 'created') return identity;
  const winner = await readKeyFile(storage);
  return winner ? unsealIdentity(winner, passphrase) : makeIdentity(storage, passphrase);
}

const once = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
};

/** What was found is kept; what was not, or failed, is looked for again: the key file may come later. */
const retryable = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let made: Promise<T> | undefined;
  return async () => {
    const making = (made ??= make());
    try {
      const value = await making;
      if (value === undefined && made === making) made = undefined;
      return value;
    } catch (error) {
      if (made === making) made = undefined;
      throw error;
    }
  };
};
