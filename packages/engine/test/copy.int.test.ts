import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  backupRequestSchema,
  restoreRequestSchema,
  type BackupRequest,
  type Manifest,
} from '@holdfast/contracts';
import { faultyStorage, localStorage, openS3Storage, type FaultPlan, type Storage } from '@holdfast/storage';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  onTestFinished,
  test,
  vi,
} from 'vitest';
import {
  copyBackup,
  missingIn,
  openDrillServer,
  openKeyRing,
  openRepository,
  openRepositoryOf,
  removeCopy,
  restoreBackup,
  tidyCopy,
  validateBackup,
  withCopies,
  type DatabaseTarget,
  type EngineContext,
  type KeySettings,
  type Repository,
} from '../src/index.ts';
import { filesIn, newRun, startEngineFixture, type EngineFixture } from './setup.ts';

let fixture: EngineFixture;
let database: DatabaseTarget;
let dir: string;
let other: string;
beforeAll(async () => {
  fixture = await startEngineFixture();
  database = await fixture.withContent('app');
});
afterAll(() => fixture.stop());
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hf-copy-from-'));
  other = await mkdtemp(join(tmpdir(), 'hf-copy-to-'));
});
afterEach(() => Promise.all([dir, other].map((each) => rm(each, { recursive: true, force: true }))));

const opened = (storage: Storage, keys: KeySettings = {}): Repository =>
  openRepository(storage, openKeyRing(keys, storage));
const primary = (keys: KeySettings = {}): Repository => opened(localStorage({ dir }), keys);
const place = (plan: FaultPlan = {}): Repository => opened(faultyStorage(localStorage({ dir: other }), plan));
const contextOf = (repository: Repository): EngineContext => ({ ...fixture.contextOver(), repository });

const back = (type: BackupRequest['type'], keys: KeySettings = {}): Promise<Manifest> =>
  fixture.backup(database, { request: backupRequestSchema.parse({ type }) }, contextOf(primary(keys)));
async function chain(...types: readonly BackupRequest['type'][]): Promise<readonly Manifest[]> {
  const made: Manifest[] = [];
  for (const type of types) {
    await fixture.server.psql(
      `create table if not exists grown (step int, body text);
       insert into grown select ${made.length}, md5(i::text || random()) from generate_series(1, 5000) i`,
      'app',
    );
    made.push(await back(type));
  }
  return made;
}
const copy = (manifest: Manifest, to: Repository = place(), from: Repository = primary()) =>
  copyBackup(contextOf(from), manifest, to);
const objectsOf = ({ data, globals }: Manifest) => (globals ? [data, globals] : [data]);
const bytesOf = (manifests: readonly Manifest[]): number =>
  manifests.flatMap(objectsOf).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
async function damage(folder: string, { data }: Manifest): Promise<void> {
  const path = join(folder, data.key);
  const bytes = await readFile(path);
  const middle = Math.floor(bytes.length / 2);
  await writeFile(path, bytes.fill(0, middle, middle + 100));
}

describe('a copy', () => {
  test('has the same bytes, with all that the backup builds on; again, nothing is sent', async () => {
    const made = await chain('full', 'incremental', 'incremental');
    const [full, , newest] = made as [Manifest, Manifest, Manifest];
    expect(await copy(full)).toEqual({ sizeBytes: bytesOf([full]) });
    expect(await copy(newest)).toEqual({ sizeBytes: bytesOf(made.slice(1)) });
    expect(await filesIn(other)).toEqual(await filesIn(dir));
    for (const path of await filesIn(dir))
      expect((await readFile(join(other, path))).equals(await readFile(join(dir, path)))).toBe(true);
    expect(await copy(newest)).toEqual({ sizeBytes: 0 });
    expect(await missingIn(primary(), place())).toEqual([]);
  });

  test('into a bucket', async () => {
    const server = await startBucketServer(other);
    onTestFinished(() => server.close());
    const bucket = await openBucket(server.port);
    const [full, newest] = (await chain('full', 'incremental')) as [Manifest, Manifest];
    expect(await copy(newest, opened(bucket))).toEqual({ sizeBytes: bytesOf([full, newest]) });
    expect(await copy(newest, opened(bucket))).toEqual({ sizeBytes: 0 });
    await damage(dir, full);
    const { warnings } = await restore(newest, withPlace(opened(bucket)));
    expect(warnings[0]).toContain('offsite');
  });

  test('of an encrypted backup restores with the passphrase and the copy alone', async () => {
    const keys = { BACKUP_ENCRYPTION_KEY: 'correct horse battery staple' };
    const manifest = await back('full', keys);
    await copy(manifest);
    await rm(dir, { recursive: true });
    expect(await restore(manifest, opened(localStorage({ dir: other }), keys))).toMatchObject({
      warnings: [],
    });
  });

  test('does not go where another key is', async () => {
    const manifest = await back('full', { BACKUP_ENCRYPTION_KEY: 'one' });
    await writeFile(join(other, 'repository.key.age'), 'another');
    await expect(copy(manifest)).rejects.toMatchObject({ code: 'name_taken' });
    expect(await filesIn(other)).toEqual(['repository.key.age']);
  });
});

describe('a copy that was interrupted', () => {
  test('killed between data and manifest: it is no backup; again, only the manifest is missing', async () => {
    const manifest = await back('full');
    const killed = place({ failCall: { verb: 'createIfAbsent', nth: 1, code: 'storage_failed' } });
    await expect(copy(manifest, killed)).rejects.toMatchObject({ code: 'storage_failed' });
    expect(await filesIn(other)).toEqual(
      objectsOf(manifest)
        .map(({ key }) => key)
        .sort(),
    );
    await expect(place().find(manifest.backup.filename)).rejects.toMatchObject({ code: 'backup_not_found' });
    expect(await copy(manifest)).toEqual({ sizeBytes: 0 });
    expect(await filesIn(other)).toEqual(await filesIn(dir));
  });

  test('what it left is replaced when it is not what it should be, and when its manifest is there too', async () => {
    const manifest = await back('full');
    await copy(manifest);
    const path = join(other, manifest.data.key);
    const whole = await readFile(path);
    await writeFile(path, whole.subarray(1));
    expect(await copy(manifest)).toEqual({ sizeBytes: manifest.data.sizeBytes });
    expect((await readFile(path)).equals(whole)).toBe(true);
    await rm(path.replace(/\.dump\.zst$/, '.manifest.json'));
    await damage(other, manifest);
    expect(await copy(manifest)).toEqual({ sizeBytes: manifest.data.sizeBytes });
    expect((await readFile(path)).equals(whole)).toBe(true);
  });

  test('cancelled: the reason is told, nothing appears', async () => {
    const manifest = await back('full');
    const stop = new AbortController();
    const context = {
      ...contextOf(primary()),
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('no')),
    };
    await expect(copyBackup(context, manifest, place())).rejects.toThrow('no');
    expect(await filesIn(other)).toEqual([]);
  });

  test('the backup was deleted meanwhile: it does not live on in its copy', async () => {
    const manifest = await back('full');
    const deleted = async (): Promise<void> => void (await primary().remove(manifest));
    const copied = copyBackup(contextOf(primary()), manifest, place(), { beforeCommit: deleted });
    await expect(copied).rejects.toMatchObject({ code: 'object_missing' });
    expect((await place().list()).map(({ problem }) => problem)).toEqual(['manifest_missing']);
  });
});

describe('what is not copied', () => {
  test('what would fill the place; nothing of it is begun', async () => {
    const manifest = await back('full');
    const roomOf = (freeBytes: number): Repository =>
      opened({ ...localStorage({ dir: other }), check: async () => ({ freeBytes, totalBytes: 1e9 }) });
    const limits = { criticalPercent: 95 };
    const copied = copyBackup(contextOf(primary()), manifest, roomOf(40e6), { limits });
    await expect(copied).rejects.toMatchObject({ code: 'storage_nearly_full' });
    expect(await filesIn(other)).toEqual([]);
    await copyBackup(contextOf(primary()), manifest, roomOf(900e6), { limits });
    expect(await place().list()).toHaveLength(1);
  });

  test.each([
    ['damaged', damage, 'archive_corrupt'],
    [
      'cut',
      async (folder: string, { data }: Manifest) => truncated(join(folder, data.key)),
      'archive_truncated',
    ],
    ['gone', async (folder: string, { data }: Manifest) => rm(join(folder, data.key)), 'data_missing'],
  ] as const)('a source that is %s: no object, no manifest', async (_name, harm, code) => {
    const manifest = await back('full');
    await harm(dir, manifest);
    await expect(copy(manifest)).rejects.toMatchObject({ code });
    expect((await filesIn(other)).filter((path) => !path.includes('globals'))).toEqual([]);
  });

  test('an incremental whose full is damaged', async () => {
    const [full, newest] = (await chain('full', 'incremental')) as [Manifest, Manifest];
    await damage(dir, full);
    await expect(copy(newest)).rejects.toMatchObject({ code: 'archive_corrupt' });
    expect((await place().list()).filter(({ manifest }) => manifest)).toEqual([]);
  });

  test.each([
    ['the place is full', { fullAfterBytes: 1_000 }, 'storage_full'],
    ['the place keeps less than it says', { shortWrite: 'silent' }, 'storage_failed'],
    ['the place is down', { failCall: { verb: 'head', nth: 1, code: 'storage_failed' } }, 'storage_failed'],
  ] as const)('%s; later it works', async (_name, plan, code) => {
    const manifest = await back('full');
    await expect(copy(manifest, place(plan))).rejects.toMatchObject({ code });
    expect(await filesIn(other)).toEqual([]);
    await copy(manifest);
    expect(await filesIn(other)).toEqual(await filesIn(dir));
  });
});

test('two workers copy the same backup at once: one whole copy, whatever each of them is told', async () => {
  const [full, newest] = (await chain('full', 'incremental')) as [Manifest, Manifest];
  const answers = await Promise.allSettled([copy(newest), copy(newest), copy(full)]);
  for (const answer of answers)
    if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ code: 'storage_failed' });
  await copy(newest);
  expect(await filesIn(other)).toEqual(await filesIn(dir));
  expect(await validate(newest, place())).toMatchObject({ verdict: 'valid' });
});

test('what a place lacks is known by name, the oldest first; a copy is taken away with all that has its name', async () => {
  const made = await chain('full', 'full', 'incremental');
  const [first, second] = made as [Manifest, Manifest];
  await copy(second);
  expect((await missingIn(primary(), place())).map(({ backup }) => backup.name)).toEqual(
    [made[0], made[2]].map((each) => each?.backup.name),
  );
  await writeFile(join(other, `${second.data.key}.0123456789ab.part`), 'half');
  await removeCopy(place(), first.backup);
  await tidyCopy(place(), first.backup);
  expect(await filesIn(other)).toHaveLength(objectsOf(second).length + 2);
  await removeCopy(place(), second.backup);
  expect(await filesIn(other)).toEqual([]);
});

describe('what cannot be read from the primary place is read from a copy, and told', () => {
  test.each([
    ['its file is damaged', damage, 'archive_corrupt'],
    [
      'its file is gone',
      async (folder: string, { data }: Manifest) => rm(join(folder, data.key)),
      'data_missing',
    ],
    ['the folder is gone', async (folder: string) => rm(folder, { recursive: true }), 'storage_missing'],
    [
      'its manifest is gone',
      async (folder: string, { data }: Manifest) =>
        rename(join(folder, data.key.replace(/\.dump\.zst$/, '.manifest.json')), join(folder, 'lost')),
      'parent_missing',
    ],
  ] as const)('%s', async (_name, harm, code) => {
    const [full, newest] = (await chain('full', 'incremental')) as [Manifest, Manifest];
    await copy(newest);
    await harm(dir, full);
    const { warnings, as } = await restore(newest, withPlace());
    expect(await fixture.server.value('select count(*) from grown', as)).toBe(
      String(newest.fingerprint.rows['public.grown']),
    );
    expect(warnings).toEqual([expect.stringMatching(`offsite.*${code}`)]);
    const { findings, verdict } = await validate(newest, withPlace());
    expect(verdict).toBe('valid');
    expect(findings[1]).toMatchObject({
      check: 'place',
      outcome: 'skipped',
      detail: expect.stringContaining(code),
    });
    expect((await validate(full, withPlace())).verdict).toBe('valid');
  });

  test('without validation first, a file that is gone is still seen', async () => {
    const manifest = await back('full');
    await copy(manifest);
    await rm(join(dir, manifest.data.key));
    expect((await restore(manifest, withPlace(), false)).warnings[0]).toContain('data_missing');
  });

  test('a drill passes over the damaged file: valid, and not proven', async () => {
    const manifest = await back('full');
    await copy(manifest);
    expect((await validate(manifest, withPlace(), 'restore')).verdict).toBe('proven');
    await damage(dir, manifest);
    expect((await validate(manifest, withPlace(), 'restore')).verdict).toBe('valid');
  });

  test('when no place is good, the first failure is told, with what the copies said; nothing was restored', async () => {
    const manifest = await back('full');
    await copy(manifest);
    await damage(dir, manifest);
    await damage(other, manifest);
    await expect(restore(manifest, withPlace())).rejects.toMatchObject({
      code: 'archive_corrupt',
      message: expect.stringContaining('The copy in offsite is no help: '),
    });
    expect((await validate(manifest, withPlace())).verdict).toBe('invalid');
  });

  test('a place that is away stops neither the opening nor a find, and is tried anew', async () => {
    const manifest = await back('full');
    const away = join(other, 'away');
    const settings = { BACKUP_DIR: dir, BACKUP_DESTINATIONS: `file://${dir} offsite=file://${away}` };
    const repository = await openRepositoryOf(settings);
    expect(repository.copies.map(({ id }) => id)).toEqual(['offsite']);
    expect((await repository.find(manifest.backup.name)).backup).toEqual(manifest.backup);
    await expect(repository.find('nothing')).rejects.toMatchObject({
      code: 'backup_not_found',
      message: expect.stringContaining('offsite'),
    });
    await rename(dir, away);
    expect((await repository.find(manifest.backup.name)).backup).toEqual(manifest.backup);
  });

  test('nor does a bucket that cannot be reached; it is opened once it can be', async () => {
    const manifest = await back('full');
    const server = await startBucketServer(other);
    await copy(manifest, opened(await openBucket(server.port)));
    await server.close();
    vi.stubEnv('AWS_ACCESS_KEY_ID', credentials.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', credentials.secretAccessKey);
    onTestFinished(() => void vi.unstubAllEnvs());
    const repository = await openRepositoryOf({
      BACKUP_DIR: dir,
      BACKUP_DESTINATIONS: `file://${dir} s3://copies?endpoint=http://127.0.0.1:${server.port}`,
    });
    await expect(repository.find('nothing')).rejects.toMatchObject({ code: 'backup_not_found' });
    const again = await startBucketServer(other, server.port);
    onTestFinished(() => again.close());
    await rm(dir, { recursive: true });
    expect((await repository.find(manifest.backup.name)).backup).toEqual(manifest.backup);
  });
});

/** The primary place with `copies` as its place `offsite`. */
const withPlace = (copies: Repository = place()): Repository =>
  withCopies(primary(), [{ id: 'offsite', open: () => Promise.resolve(copies) }]);

async function restore(manifest: Manifest, repository: Repository, validateFirst = true) {
  const as = `back_${newRun().slice(-8)}`;
  const request = { filename: manifest.backup.filename, mode: 'new', newDatabaseName: as };
  const { warnings } = await restoreBackup(contextOf(repository), {
    database,
    run: newRun(),
    attempt: 1,
    request: restoreRequestSchema.parse(request),
    validateFirst,
    keepMs: 1_000,
  });
  return { warnings, as };
}

const validate = (manifest: Manifest, repository: Repository, level: 'checksum' | 'restore' = 'checksum') =>
  validateBackup(contextOf(repository), {
    reference: manifest.backup.filename,
    level,
    openDrillServer: (of) => openDrillServer({}, of),
  });

async function truncated(path: string): Promise<void> {
  const bytes = await readFile(path);
  await writeFile(path, bytes.subarray(0, -10));
}

/** s3rver has no types; this is what we use of it, and it knows no other credentials. */
type S3rver = { run(): Promise<{ readonly port: number }>; close(): Promise<void> };
const S3rver = createRequire(import.meta.url)('s3rver') as new (options: object) => S3rver;
const credentials = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };

/** A server of our own with the bucket `copies`, which stays when it is closed and started anew. */
async function startBucketServer(directory: string, port = 0) {
  const configureBuckets = [{ name: 'copies' }];
  const server = new S3rver({ address: '127.0.0.1', port, silent: true, directory, configureBuckets });
  return { port: (await server.run()).port, close: () => server.close() };
}

async function openBucket(port: number): Promise<Storage> {
  const endpoint = `http://127.0.0.1:${port}`;
  return openS3Storage({ bucket: 'copies', endpoint, credentials, conditionalCreate: false });
}
