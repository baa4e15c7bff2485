import { createHash } from 'node:crypto';
import {
  decryptAge,
  encryptAge,
  generateIdentity,
  packArchive,
  parseIndexKey,
  sealIds,
} from '@holdfast/archive';
import { manifestSchema, type Manifest } from '@holdfast/contracts';
import type { Storage } from '@holdfast/storage';
import { openRepository, readDump, type KeyRing, type Repository } from '../src/index.ts';
import { recipientsDigest } from '../src/keys/recipients-digest.ts';

// Encrypted backups without a server, as createBackup leaves them: for tests of what happens to files.

export type KeyPair = { readonly identity: string; readonly recipient: string };
export const newKeyPair: () => Promise<KeyPair> = generateIdentity;

/** Whoever has these private keys. */
export const ringOf = (...pairs: readonly KeyPair[]): KeyRing => ({
  encryptsByDefault: true,
  recipients: async () => pairs.map(({ recipient }) => recipient),
  identities: async () => pairs.map(({ identity }) => identity),
  indexKey: async () => undefined,
});

export const RUN = '0198c0de-f00d-7000-8000-00001a2b3c4d';
export const NAME = 'app_20261125T102030Z_full_1a2b3c4d';
const INDEX_KEY = parseIndexKey('00112233445566778899aabbccddeeff'.repeat(2));
const ROLES = Buffer.from('create role app;\n');

/** A dump of about two chunks. */
export const RAW = Buffer.from(
  Array.from({ length: 12_000 }, (_, line) => `${line}\trow ${line * 7919}\tnothing of interest`).join('\n'),
);

/** Data, roles, ids and manifest of a full for `to`. */
export async function putBackup(storage: Storage, to: readonly KeyPair[]): Promise<Manifest> {
  const recipients = to.map(({ recipient }) => recipient);
  const ids = sealIds(RUN, INDEX_KEY);
  const archive = packArchive(once(RAW), {
    codec: 'zstd',
    level: 3,
    archiveId: RUN,
    observer: ids.observer,
  });
  const key = `app/${NAME}.dump.zst.age`;
  const [data, idsFile, globals] = await Promise.all([
    put(storage, key, encryptAge(archive.bytes, recipients)),
    put(storage, `${key}.ids`, ids.bytes),
    put(storage, `app/${NAME}.globals.sql.age`, encryptAge(once(ROLES), recipients)),
  ]);
  const { rawBytes, rawSha256 } = await archive.totals;
  const manifest = manifestSchema.parse({
    manifestVersion: 1,
    backup: {
      name: NAME,
      filename: `${NAME}.dump.zst.age`,
      database: 'app',
      databaseName: 'app',
      type: 'full',
      trigger: 'manual',
      description: '',
      run: RUN,
      attempt: 1,
      createdAt: '2026-11-25T10:20:31.000Z',
      durationMs: 1,
      sizeBytes: data.sizeBytes,
      rawBytes,
      sha256: data.sha256,
      compression: 'zstd',
      encrypted: true,
      serverVersion: 150018,
      tablesCount: 0,
      rowsCount: 0,
      warnings: [],
    },
    data: { ...data, rawSha256, format: 'custom' },
    globals,
    recipientsSha256: recipientsDigest(recipients),
    ids: idsFile,
    source: { encoding: 'UTF8', collate: 'C', ctype: 'C' },
    fingerprint: {
      version: 1,
      serverVersion: 150018,
      toolsMajor: 15,
      rows: {},
      schemaSha256: '0'.repeat(64),
      extensions: {},
      roles: [],
      largeObjects: 0,
    },
    madeBy: { release: 'test', worker: 'test', pgDump: '15.18' },
  });
  await storage.createIfAbsent(`app/${NAME}.manifest.json`, Buffer.from(JSON.stringify(manifest)));
  return manifest;
}

/** Whether somebody with these keys gets all of the backup as it is now: the dump and the roles. Else the error. */
export async function readAllOf(storage: Storage, ...pairs: readonly KeyPair[]): Promise<true> {
  const repository = openRepository(storage, ringOf(...pairs));
  const manifest = await repository.find(NAME);
  await readWith(repository, manifest);
  return true;
}

/** The same by a manifest that was read before. */
export async function readWith(repository: Repository, manifest: Manifest): Promise<void> {
  const raw = await collect(readDump(repository, manifest, { signal: new AbortController().signal }));
  if (!raw.equals(RAW)) throw new Error('it is another dump');
  const { globals } = await repository.find(manifest.backup.name);
  const roles = await collect(
    decryptAge(repository.storage.get(globals?.key ?? ''), await repository.keys.identities()),
  );
  if (!roles.equals(ROLES)) throw new Error('they are other roles');
}

async function put(storage: Storage, key: string, bytes: AsyncIterable<Uint8Array>) {
  const hash = createHash('sha256');
  const hashed = (async function* () {
    for await (const piece of bytes) {
      hash.update(piece);
      yield piece;
    }
  })();
  const { sizeBytes } = await storage.put(key, hashed);
  return { key, sizeBytes, sha256: hash.digest('hex') };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

export async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(part);
  return Buffer.concat(parts);
}

export async function keysIn(storage: Storage): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of storage.list('')) keys.push(key);
  return keys;
}
