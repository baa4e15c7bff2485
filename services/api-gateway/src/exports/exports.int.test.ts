import { createClient, type Client } from '@holdfast/client';
import { backupRequestSchema, type BackupRequest, type Manifest } from '@holdfast/contracts';
import {
  checkedArchive,
  createBackup,
  openKeyRing,
  openRepository,
  parseDatabaseEntries,
  type Repository,
} from '@holdfast/engine';
import { memoryStorage, type Storage } from '@holdfast/storage';
import { startTestPostgres, type TestPostgres } from '@holdfast/testing';
import { randomUUIDv7 } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { driveGateway, type Driver } from '../../test/driver.ts';
import { answerExport } from './answer-export.ts';

/** Everybody knows it: it protects nothing. */
const IDENTITY = 'AGE-SECRET-KEY-18L60T6XY8WS9F8W5V2NQXPPLS4T8SZWLKW8WMA5PGNK6NU9VT85Q3PE0VX';
const signal = new AbortController().signal;

let server: TestPostgres;
let dir = '';
let storage: Storage;
/** With the key. */
let repository: Repository;
let full: Manifest;
let incremental: Manifest;
let encrypted: Manifest;

beforeAll(async () => {
  [server, dir] = await Promise.all([startTestPostgres(), mkdtemp(join(tmpdir(), 'hf-gateway-exports-'))]);
  const identityFile = join(dir, 'key.txt');
  await writeFile(identityFile, `${IDENTITY}\n`, { mode: 0o600 });
  storage = memoryStorage();
  repository = openRepository(storage, openKeyRing({ BACKUP_AGE_IDENTITY_FILE: identityFile }, storage));
  await server.createDatabase('app');
  await server.psql(
    'create table words as select n as id, md5(n::text) as word from generate_series(1, 200000) n',
    'app',
  );
  full = await backUp({ encrypt: false });
  await server.psql('delete from words where id % 1000 = 0', 'app');
  incremental = await backUp({ encrypt: false, type: 'incremental' });
  encrypted = await backUp({ encrypt: true });
});
afterAll(async () => {
  await server.stop();
  await rm(dir, { recursive: true });
});

async function backUp(request: Partial<BackupRequest>): Promise<Manifest> {
  const [database] = parseDatabaseEntries(`app=${server.url('app')}`);
  if (!database) throw new Error('one was named');
  return createBackup(
    { repository, worker: 'test', release: 'test', signal },
    {
      database: { id: 'app', target: database.target },
      run: randomUUIDv7(),
      attempt: 1,
      requestedAt: new Date(),
      request: backupRequestSchema.parse(request),
      compression: { codec: 'zstd', level: 1 },
      maxChain: 14,
      lockTimeoutMs: 5_000,
      stallTimeoutMs: 60_000,
    },
  );
}

let gateway: Driver;
let client: Client;
const listen = async (over: Repository): Promise<void> => {
  await gateway?.app.close();
  gateway = await driveGateway({ change: { repository: over } });
  const url = await gateway.app.listen({ host: '127.0.0.1', port: 0 });
  client = createClient({ url, token: gateway.authorization.authorization.slice('Bearer '.length) });
};
beforeEach(() => listen(repository));
afterEach(() => gateway.app.close());

const bytesOf = async ({ backup: { filename } }: Manifest): Promise<Buffer> =>
  Buffer.from(await (await client.exportBackup({ filename })).bytes());
test('a full that is not encrypted is sent as it is stored', async () => {
  expect((await bytesOf(full)).equals(await buffer(storage.get(full.data.key)))).toBe(true);
});

test.each([
  ['an incremental', () => incremental],
  ['an encrypted backup', () => encrypted],
])('%s is sent as a full that anybody can read', async (_name, of) => {
  const manifest = of();
  const response = await client.exportBackup({ filename: manifest.backup.filename });
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-disposition': expect.stringContaining(`''${manifest.backup.name}.dump.zst`),
    'content-type': 'application/octet-stream',
    'accept-ranges': 'none',
    'transfer-encoding': 'chunked',
  });
  const sent = await response.bytes();
  const checked = checkedArchive(Readable.from([sent]), manifest.backup);
  expect((await buffer(checked)).equals(sent)).toBe(true);
});

test('HEAD tells the name and reads nothing', async () => {
  const url = `/api/v1/backups/${incremental.backup.name}/export`;
  const response = await gateway.app.inject({ method: 'HEAD', url, headers: gateway.authorization });
  expect([response.statusCode, response.body]).toEqual([200, '']);
  expect(response.headers['content-disposition']).toContain(`${incremental.backup.name}.dump.zst`);
});

test.each([
  ['full', () => full],
  ['incremental', () => incremental],
  ['encrypted', () => encrypted],
])('what is inside: %s', async (_name, of) => {
  const { filename } = of().backup;
  const owner = expect.any(String);
  const table = { kind: 'TABLE', schema: 'public', name: 'words', owner };
  const data = { kind: 'TABLE DATA', schema: 'public', name: 'words', owner };
  const short = await client.getBackupContents({ filename });
  expect(short).toMatchObject({ filename, kind: 'custom', entries: expect.arrayContaining([table, data]) });
  const sized = await client.getBackupContents({ filename, sizes: '1' });
  expect(sized.entries).toEqual(expect.arrayContaining([{ ...data, sizeBytes: sized.dataBytes }]));
  expect(sized.dataBytes).toBeGreaterThan(1_000_000);
});

test('a gateway without the key says where to go', async () => {
  await listen(openRepository(storage));
  const { filename } = encrypted.backup;
  const refusal = {
    code: 'key_missing',
    message: expect.stringMatching(/BACKUP_AGE_IDENTITY_FILE.*--local/),
  };
  await expect(client.exportBackup({ filename })).rejects.toMatchObject(refusal);
  await expect(client.getBackupContents({ filename })).rejects.toMatchObject(refusal);
  await expect(client.getBackupContents({ filename: 'none' })).rejects.toMatchObject({
    code: 'backup_not_found',
  });
});

test('what cannot be read is answered, what breaks midway breaks the connection off', async () => {
  const { filename } = incremental.backup;
  let unreadable = (_start: number): boolean => true;
  const failing: Storage = {
    ...storage,
    async *get(key, range) {
      if (key === full.data.key && unreadable(range?.start ?? 0)) throw new Error('the disk is gone');
      yield* storage.get(key, range);
    },
  };
  await listen(openRepository(failing));
  await expect(client.exportBackup({ filename })).rejects.toMatchObject({ code: 'internal' });
  // Its two ends can be read: the one has what is sent first, the other the index.
  const { sizeBytes } = full.data;
  unreadable = (start) => start > sizeBytes / 2 && start < sizeBytes - 1_200_000;
  const response = await client.exportBackup({ filename });
  const received: Uint8Array[] = [];
  const receiving = (async () => {
    for await (const bytes of response.body ?? []) received.push(bytes);
  })();
  await expect(receiving).rejects.toThrow(/terminated/);
  expect(Buffer.concat(received).length).toBeGreaterThan(100_000);
});

test('a client that goes away ends the work', async () => {
  const gone = new AbortController();
  const context = { gone: gone.signal, isHead: false };
  const answer = await answerExport(gateway.deps, encrypted.backup.filename, context);
  if (!('stream' in answer) || !answer.stream) throw new Error('it was answered without a stream');
  gone.abort();
  await expect(buffer(answer.stream)).rejects.toMatchObject({ code: 'cancelled' });
});
