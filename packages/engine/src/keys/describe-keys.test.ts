import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateIdentity } from '@holdfast/archive';
import { memoryStorage } from '@holdfast/storage';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeKeys } from './describe-keys.ts';
import { openKeyRing } from './open-key-ring.ts';

let dir: string;
let own: Awaited<ReturnType<typeof generateIdentity>>;
let other: Awaited<ReturnType<typeof generateIdentity>>;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hf-keys-'));
  [own, other] = await Promise.all([generateIdentity(), generateIdentity()]);
  await writeFile(join(dir, 'own.key'), `${own.identity}\n`, { mode: 0o600 });
  await writeFile(join(dir, 'index.key'), randomBytes(32).toString('hex'), { mode: 0o600 });
});
afterAll(() => rm(dir, { recursive: true }));

const nothing = { readers: [], readsOwn: false, indexKey: undefined, notes: [] };

test('no keys', async () => {
  expect(await describeKeys({}, memoryStorage())).toEqual({
    ...nothing,
    encryptsByDefault: false,
    recipients: [],
  });
});

test('public keys: it writes what it cannot read', async () => {
  const settings = { BACKUP_AGE_RECIPIENTS: `${other.recipient} ${own.recipient}`, BACKUP_ENCRYPT: false };
  expect(await describeKeys(settings, memoryStorage())).toEqual({
    ...nothing,
    encryptsByDefault: false,
    recipients: [other.recipient, own.recipient],
  });
});

test('a private key: it reads what it writes, or only what others write', async () => {
  const BACKUP_AGE_IDENTITY_FILE = join(dir, 'own.key');
  expect(await describeKeys({ BACKUP_AGE_IDENTITY_FILE }, memoryStorage())).toMatchObject({
    encryptsByDefault: true,
    recipients: [own.recipient],
    readers: [own.recipient],
    readsOwn: true,
  });
  const settings = { BACKUP_AGE_IDENTITY_FILE, BACKUP_AGE_RECIPIENTS: other.recipient };
  expect(await describeKeys(settings, memoryStorage())).toMatchObject({
    recipients: [other.recipient],
    readers: [own.recipient],
    readsOwn: false,
  });
});

test('a passphrase: the key of the repository is looked at and never made', async () => {
  const storage = memoryStorage();
  const settings = {
    BACKUP_ENCRYPTION_KEY: 'correct horse battery staple',
    BACKUP_AGE_RECIPIENTS: other.recipient,
  };
  const before = await describeKeys(settings, storage);
  expect(before).toMatchObject({ recipients: [other.recipient], readers: [], readsOwn: true });
  expect(before.notes.join()).toContain('repository.key.age');
  expect(await storage.head('repository.key.age')).toBeUndefined();

  const [, made] = await openKeyRing(settings, storage).recipients();
  expect(await describeKeys(settings, storage)).toMatchObject({
    recipients: [other.recipient, made],
    readers: [made],
    readsOwn: true,
    notes: [],
  });
  const wrong = { BACKUP_ENCRYPTION_KEY: 'another one' };
  await expect(describeKeys(wrong, storage)).rejects.toMatchObject({ code: 'key_wrong' });
});

test('an index key, by its fingerprint; files that others can read', async () => {
  const settings = {
    BACKUP_AGE_RECIPIENTS: other.recipient,
    BACKUP_AGE_IDENTITY_FILE: join(dir, 'own.key'),
    BACKUP_INDEX_KEY_FILE: join(dir, 'index.key'),
  };
  const described = await describeKeys(settings, memoryStorage());
  expect(described.indexKey).toMatch(/^[0-9a-f]{16}$/);
  expect(described.notes).toEqual([]);
  await chmod(settings.BACKUP_INDEX_KEY_FILE, 0o644);
  expect((await describeKeys(settings, memoryStorage())).notes).toEqual([
    `BACKUP_INDEX_KEY_FILE: others can read ${settings.BACKUP_INDEX_KEY_FILE} (mode 644); chmod 600 it.`,
  ]);
});
