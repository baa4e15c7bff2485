import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateIdentity } from '@holdfast/archive';
import {
  backupRequestSchema,
  restoreRequestSchema,
  type BackupRequest,
  type Manifest,
} from '@holdfast/contracts';
import { localStorage, StorageError, type Storage } from '@holdfast/storage';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  openKeyRing,
  openRepository,
  restoreBackup,
  type DatabaseTarget,
  type EngineContext,
  type KeySettings,
} from '../src/index.ts';
import { filesIn, newRun, startEngineFixture, type EngineFixture } from './setup.ts';

let fixture: EngineFixture;
/** The repository. */
let dir: string;
/** Key files, out of its reach. */
let keyDir: string;
/** Has public keys and an index key. */
let writer: KeySettings;
/** Has the private key alone. */
let reader: KeySettings;

beforeAll(async () => {
  fixture = await startEngineFixture();
});
afterAll(() => fixture.stop());
beforeEach(async () => {
  [dir, keyDir] = await Promise.all([
    mkdtemp(join(tmpdir(), 'hf-ids-')),
    mkdtemp(join(tmpdir(), 'hf-ids-keys-')),
  ]);
  const { identity, recipient } = await generateIdentity();
  await keyFile('identity', `${identity}\n`);
  await keyFile('index', randomBytes(32).toString('base64'));
  await keyFile('other', randomBytes(32).toString('hex'));
  writer = { BACKUP_AGE_RECIPIENTS: recipient, BACKUP_INDEX_KEY_FILE: join(keyDir, 'index') };
  reader = { BACKUP_AGE_IDENTITY_FILE: join(keyDir, 'identity') };
});
afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
  await rm(keyDir, { recursive: true, force: true });
});

const keyFile = (name: string, text: string): Promise<void> =>
  writeFile(join(keyDir, name), text, { mode: 0o600 });

const contextWith = (keys: KeySettings, storage: Storage = localStorage({ dir })): EngineContext => ({
  ...fixture.contextOver(),
  repository: openRepository(storage, openKeyRing(keys, storage)),
});
const back = (
  database: DatabaseTarget,
  type: BackupRequest['type'],
  keys = writer,
  storage?: Storage,
): Promise<Manifest> =>
  fixture.backup(
    database,
    { request: backupRequestSchema.parse({ type } satisfies Partial<BackupRequest>) },
    contextWith(keys, storage),
  );

const restore = (database: DatabaseTarget, manifest: Manifest, as: string, keys = reader) =>
  restoreBackup(contextWith(keys), {
    database,
    run: newRun(),
    attempt: 1,
    request: restoreRequestSchema.parse({
      filename: manifest.backup.filename,
      mode: 'new',
      newDatabaseName: as,
    }),
    validateFirst: true,
    keepMs: 1_000,
  });

/** A table that does not change beside one that grows. */
const grow = (name: string, step: number): Promise<void> =>
  fixture.server.psql(
    `create table if not exists fixed as select i, md5(i::text) || md5((-i)::text) as body from generate_series(1, 40000) i;
     create table if not exists grown (id serial, step int, body text);
     insert into grown (step, body) select ${step}, md5(i::text || ${step}) from generate_series(1, 3000) i`,
    name,
  );
const contentOf = (name: string): Promise<string | null> =>
  fixture.server.value(
    `select md5(string_agg(body, ' ' order by id)) || (select md5(string_agg(body, ' ' order by i)) from fixed) from grown`,
    name,
  );

/** A full and an incremental by the writer. */
async function pairIn(name: string): Promise<{ readonly database: DatabaseTarget; readonly full: Manifest }> {
  const database = await fixture.withContent(name);
  await grow(name, 1);
  const full = await back(database, 'full');
  await grow(name, 2);
  return { database, full };
}

test(
  'who has public keys and the index key makes incrementals; who has the private key restores each of them',
  { timeout: 600_000 },
  async () => {
    const database = await fixture.withContent('blind');
    const made: { readonly manifest: Manifest; readonly content: string | null }[] = [];
    for (const [step, type] of (['full', 'differential', 'incremental', 'incremental'] as const).entries()) {
      await grow('blind', step + 1);
      made.push({ manifest: await back(database, type), content: await contentOf('blind') });
    }
    expect(made.map(({ manifest: { backup } }) => [backup.type, backup.warnings])).toEqual([
      ['full', []],
      ['differential', []],
      ['incremental', []],
      ['incremental', []],
    ]);
    const sizes = made.map(({ manifest }) => manifest.data.sizeBytes);
    for (const size of sizes.slice(1)) expect(size / (sizes[0] ?? 0)).toBeLessThan(0.5);
    for (const { manifest } of made) {
      const ids = await readFile(join(dir, manifest.ids?.key ?? ''));
      expect(manifest.ids).toMatchObject({ key: `${manifest.data.key}.ids`, sizeBytes: ids.length });
      expect(ids.length).toBeLessThan(2_000);
    }
    for (const [step, { manifest, content }] of made.entries()) {
      await restore(database, manifest, `blind_${step}`);
      expect(await contentOf(`blind_${step}`)).toBe(content);
    }
    await expect(restore(database, made[3]?.manifest as Manifest, 'never', writer)).rejects.toMatchObject({
      code: 'key_missing',
    });
  },
);

test('who reads makes deltas on what the blind one wrote, and the other way round', async () => {
  const { database, full } = await pairIn('turns');
  const both = { ...writer, ...reader };
  const byReader = await back(database, 'incremental', both);
  await grow('turns', 3);
  const byWriter = await back(database, 'incremental');
  expect(byReader.ids).toBeDefined();
  expect([byReader, byWriter].map(({ backup: { type, warnings } }) => [type, warnings])).toEqual([
    ['incremental', []],
    ['incremental', []],
  ]);
  expect(byWriter.ancestors.map(({ run }) => run)).toEqual([byReader.backup.run, full.backup.run]);
  await restore(database, byWriter, 'turns_back');
  expect(await contentOf('turns_back')).toBe(await contentOf('turns'));
});

describe('a full is made, with a warning and never an error', () => {
  const nextOf = async (database: DatabaseTarget, keys = writer): Promise<Manifest> =>
    back(database, 'incremental', keys);
  /** What was asked for is none, and among the warnings one says so and why. */
  const fullBecause = (told: string): unknown =>
    expect.objectContaining({
      backup: expect.objectContaining({
        type: 'full',
        encrypted: true,
        warnings: expect.arrayContaining([
          expect.stringContaining('A full was made instead of an incremental: '),
          expect.stringContaining(told),
        ]),
      }),
    });

  test('without the index key', async () => {
    const { database } = await pairIn('no_index_key');
    const { BACKUP_AGE_RECIPIENTS } = writer;
    const made = await nextOf(database, { BACKUP_AGE_RECIPIENTS });
    expect(made).toEqual(fullBecause('no key to read them'));
    expect(made.ids).toBeUndefined();
    expect(made.backup.warnings).toHaveLength(1);
  });

  test('with another index key; what follows builds on the new full', async () => {
    const { database } = await pairIn('other_key');
    const rotated = { ...writer, BACKUP_INDEX_KEY_FILE: join(keyDir, 'other') };
    expect(await nextOf(database, rotated)).toEqual(fullBecause('were made with index key'));
    expect((await back(database, 'incremental', rotated)).backup).toMatchObject({
      type: 'incremental',
      warnings: [],
    });
  });

  test.each([
    ['is gone', () => rm(join(keyDir, 'index')), 'cannot read'],
    [
      'holds something else',
      () => keyFile('index', 'correct horse battery staple'),
      'does not hold 32 bytes',
    ],
  ])('when the file of the index key %s', async (_name, damage, told) => {
    const { database } = await pairIn(`bad_key_file_${told.length}`);
    await damage();
    const made = await nextOf(database);
    expect(made).toEqual(fullBecause(told));
    expect(made.ids).toBeUndefined();
  });

  test('when the newest backup has no ids', async () => {
    const database = await fixture.withContent('no_ids');
    await back(database, 'full', { BACKUP_AGE_RECIPIENTS: writer.BACKUP_AGE_RECIPIENTS });
    expect(await nextOf(database)).toEqual(fullBecause('nor have they chunk ids'));
  });

  test.each([
    ['cut', (ids: Buffer) => ids.subarray(0, -20), 'it was cut'],
    ['changed', (ids: Buffer) => ids.fill(7, 100, 110), 'sha256 differs'],
    ['gone', undefined, 'is not there'],
  ])('when the ids are %s', async (name, damage, told) => {
    const { database, full } = await pairIn(`ids_${name}`);
    const path = join(dir, full.ids?.key ?? '');
    const ids = await readFile(path);
    await rm(path);
    if (damage) await writeFile(path, damage(ids));
    expect(await nextOf(database)).toEqual(fullBecause(told));
  });

  test('when the ids are those of another backup, whatever the manifest says', async () => {
    const { database, full } = await pairIn('ids_swapped');
    const other = await back(database, 'full');
    const ids = await readFile(join(dir, other.ids?.key ?? ''));
    await contextWith(writer).repository.remove(other);
    await writeFile(join(dir, other.ids?.key ?? ''), ids);
    const manifestPath = join(dir, full.data.key.replace(/\.dump.*$/, '.manifest.json'));
    await writeFile(manifestPath, JSON.stringify({ ...full, ids: other.ids }));
    expect(await nextOf(database)).toEqual(fullBecause(`are of archive ${other.backup.run}`));
  });

  test('when the data of the parent is cut, which a process without keys sees by its size', async () => {
    const { database, full } = await pairIn('data_cut');
    const path = join(dir, full.data.key);
    await writeFile(path, (await readFile(path)).subarray(0, -1));
    expect(await nextOf(database)).toEqual(fullBecause('it was cut'));
  });
});

test.each([
  ['at once', 0],
  ['after the first bytes', 1],
])('ids that cannot be stored, %s, cost a warning, and the next backup is a full', async (_name, pieces) => {
  const database = await fixture.withContent(`ids_refused_${pieces}`);
  const storage = localStorage({ dir });
  const refusing: Storage = {
    ...storage,
    put: async (key, body, options) => {
      if (!key.endsWith('.ids')) return storage.put(key, body, options);
      const iterator = body[Symbol.asyncIterator]();
      for (let piece = 0; piece < pieces; piece += 1) await iterator.next();
      throw new StorageError('storage_full', 'There is no room for it.');
    },
  };
  const made = await back(database, 'full', writer, refusing);
  expect(made.ids).toBeUndefined();
  expect(made.backup.warnings.join()).toContain('its chunk ids were not kept: There is no room for it.');
  expect((await back(database, 'incremental')).backup.type).toBe('full');
  expect((await filesIn(dir)).filter((path) => path.endsWith('.ids'))).toHaveLength(1);
});

test('nothing is left of a backup that is removed, and nothing of one that failed', async () => {
  const { database, full } = await pairIn('removed');
  const child = await back(database, 'incremental');
  const { repository } = contextWith(writer);
  await repository.remove(child);
  await repository.remove(full);
  expect(await filesIn(dir)).toEqual([]);
  await expect(
    fixture.backup(
      database,
      { beforeCommit: () => Promise.reject(new Error('another was first')) },
      contextWith(writer),
    ),
  ).rejects.toThrow('another was first');
  expect(await filesIn(dir)).toEqual([]);
});
