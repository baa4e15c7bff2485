import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateIdentity } from '@holdfast/archive';
import { backupRequestSchema, type BackupRequest, type Manifest } from '@holdfast/contracts';
import { localStorage } from '@holdfast/storage';
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, test } from 'vitest';
import {
  openDrillServer,
  openKeyRing,
  openRepository,
  restoreBackup,
  validateBackup,
  type DatabaseTarget,
  type EngineContext,
  type KeySettings,
  type Repository,
} from '../src/index.ts';
import { restoreRequestSchema } from '@holdfast/contracts';
import { filesIn, newRun, startEngineFixture, type EngineFixture } from './setup.ts';

let fixture: EngineFixture;
let dir: string;
beforeAll(async () => {
  fixture = await startEngineFixture();
});
afterAll(() => fixture.stop());
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hf-chain-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const repositoryWith = (keys: KeySettings = {}): Repository => {
  const storage = localStorage({ dir });
  return openRepository(storage, openKeyRing(keys, storage));
};
const contextWith = (keys: KeySettings = {}): EngineContext => ({
  ...fixture.contextOver(),
  repository: repositoryWith(keys),
});
const asked = (request: Partial<BackupRequest>): BackupRequest => backupRequestSchema.parse(request);
const back = (
  database: DatabaseTarget,
  type: BackupRequest['type'],
  keys: KeySettings = {},
  options: { readonly maxChain?: number; readonly compression?: { codec: 'gzip'; level: number } } = {},
): Promise<Manifest> => fixture.backup(database, { request: asked({ type }), ...options }, contextWith(keys));

/** Enough for some chunks, and something new each time. */
const grow = (name: string, step: number): Promise<void> =>
  fixture.server.psql(
    `create table if not exists grown (id serial, step int, body text);
     insert into grown (step, body) select ${step}, md5(i::text || ${step}) || repeat('x', 20) from generate_series(1, 20000) i;
     update grown set body = 'changed ' || id where id % 500 = ${step}`,
    name,
  );
const countOf = (name: string): Promise<string | null> =>
  fixture.server.value('select count(*) || md5(string_agg(body, id::text order by id)) from grown', name);

async function chainOf(name: string, types: readonly BackupRequest['type'][], keys: KeySettings = {}) {
  const database = await fixture.withContent(name);
  const made: { readonly manifest: Manifest; readonly content: string | null }[] = [];
  for (const [step, type] of types.entries()) {
    await grow(name, step + 1);
    made.push({ manifest: await back(database, type, keys), content: await countOf(name) });
  }
  return { database, made };
}

async function restoreTo(database: DatabaseTarget, manifest: Manifest, as: string, keys: KeySettings = {}) {
  return restoreBackup(contextWith(keys), {
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
}
const validate = (manifest: Manifest, level: 'checksum' | 'structure' | 'restore', keys: KeySettings = {}) =>
  validateBackup(contextWith(keys), {
    reference: manifest.backup.filename,
    level,
    openDrillServer: (of) => openDrillServer({}, of),
  });

test(
  'every point of full ← differential ← incremental ← incremental comes back, and is proven',
  { timeout: 600_000 },
  async () => {
    const { database, made } = await chainOf('points', [
      'full',
      'differential',
      'incremental',
      'incremental',
    ]);
    expect(made.map(({ manifest }) => manifest.ancestors.length)).toEqual([0, 1, 2, 3]);
    expect(
      made.map(({ manifest }) => manifest.backup.filename.replace(/^.*Z_/, '').replace(/_[0-9a-f]{8}/, '')),
    ).toEqual(['full.dump.zst', 'differential.hfd', 'incremental.hfd', 'incremental.hfd']);
    for (const [step, { manifest, content }] of made.entries()) {
      await restoreTo(database, manifest, `points_${step}`);
      expect(await countOf(`points_${step}`)).toBe(content);
    }
    const newest = made[3]?.manifest as Manifest; // four were made
    expect(await validate(newest, 'restore')).toMatchObject({ verdict: 'proven' });
    expect((await validate(newest, 'checksum')).findings[0]?.detail).toContain('in 4 files');
  },
);

describe('without a parent that can be used an incremental becomes a full and says why', () => {
  test.each([
    ['there is none', async () => undefined, 'there is no backup yet'],
    [
      'its file is damaged',
      async (parent: Manifest) => {
        const path = join(dir, parent.data.key);
        const bytes = await readFile(path);
        await writeFile(path, bytes.subarray(0, -10));
      },
      'cannot be built on',
    ],
    [
      'its file is gone',
      async (parent: Manifest) => rm(join(dir, parent.data.key)),
      'there is no backup yet',
    ],
  ])('%s', async (what, damage, expected) => {
    const name = `orphan_${what.replaceAll(/[^a-z]/g, '_')}`;
    const database = await fixture.withContent(name);
    if (!what.startsWith('there')) await damage(await back(database, 'full'));
    const { backup, ancestors } = await back(database, 'incremental');
    expect(backup.type).toBe('full');
    expect(ancestors).toEqual([]);
    expect(backup.filename).toMatch(/_incremental_[0-9a-f]{8}\.dump\.zst$/);
    expect(backup.warnings.join(' ')).toContain(`A full was made instead of an incremental: `);
    expect(backup.warnings.join(' ')).toContain(expected);
  });

  test('the chain is as long as it may be', async () => {
    const database = await fixture.withContent('long');
    const types = [];
    for (let step = 0; step < 4; step += 1)
      types.push((await back(database, 'incremental', {}, { maxChain: 3 })).backup.type);
    expect(types).toEqual(['full', 'incremental', 'incremental', 'full']);
  });

  test('with gzip', async () => {
    const database = await fixture.withContent('with_gzip');
    await back(database, 'full');
    const compression = { codec: 'gzip', level: 6 } as const;
    expect((await back(database, 'incremental', {}, { compression })).backup.warnings[0]).toContain('gzip');
  });
});

describe('a chain that is broken', () => {
  test('a parent that others need is not removed, and they are named', async () => {
    const { made } = await chainOf('needed', ['full', 'incremental']);
    const [full, child] = made.map(({ manifest }) => manifest);
    if (!full || !child) throw new Error('two were made');
    await expect(repositoryWith().remove(full)).rejects.toMatchObject({
      code: 'backup_needed',
      message: expect.stringContaining(child.backup.filename),
    });
    await repositoryWith().remove(child);
    await repositoryWith().remove(full);
    expect(await filesIn(dir)).toEqual([]);
  });

  test.each(['checksum', 'structure'] as const)(
    'a parent damaged, gone, or another one by its name: %s says so and names it',
    async (level) => {
      const { made } = await chainOf(`broken_${level}`, ['full', 'incremental']);
      const [full, child] = made.map(({ manifest }) => manifest);
      if (!full || !child) throw new Error('two were made');
      const path = join(dir, full.data.key);
      const whole = await readFile(path);
      const broken = Buffer.from(whole);
      broken.fill(0, 60_000, 400_000);
      await writeFile(path, broken);
      const damaged = await validate(child, level);
      expect(damaged.verdict).toBe('invalid');
      expect(damaged.findings[0]?.detail).toContain(full.backup.filename);

      await rm(path);
      expect((await validate(child, level)).findings[0]?.detail).toContain('data_missing');
      await writeFile(path, whole);
      const manifestPath = join(dir, full.data.key.replace(/\.dump\.zst$/, '.manifest.json'));
      const manifest = await readFile(manifestPath);
      await rm(manifestPath);
      expect((await validate(child, level)).findings[0]?.detail).toContain('parent_missing');
      await writeFile(manifestPath, manifest.toString().replace(full.backup.run, newRun()));
      expect((await validate(child, level)).findings[0]?.detail).toContain('parent_changed');
      await writeFile(manifestPath, manifest);
      expect((await validate(child, level)).verdict).toBe('valid');
    },
  );

  test('a copy of the folder restores as well as the folder', async () => {
    const { database, made } = await chainOf('copied', ['full', 'incremental']);
    const other = await mkdtemp(join(tmpdir(), 'hf-chain-copy-'));
    for (const path of await filesIn(dir)) {
      await mkdir(join(other, path, '..'), { recursive: true });
      await copyFile(join(dir, path), join(other, path));
    }
    const was = dir;
    dir = other;
    await restoreTo(database, made[1]?.manifest as Manifest, 'copied_back'); // two were made
    expect(await countOf('copied_back')).toBe(made[1]?.content);
    await rm(other, { recursive: true });
    dir = was;
  });
});

describe('encrypted', () => {
  test(
    'with a passphrase: a key of its own, made once; nothing of the content is readable; every type restores',
    { timeout: 600_000 },
    async () => {
      const keys = { BACKUP_ENCRYPTION_KEY: 'correct horse battery staple' };
      const { database, made } = await chainOf('secret', ['full', 'incremental'], keys);
      const files = await filesIn(dir);
      expect(files.filter((path) => path.endsWith('.age'))).toHaveLength(5); // two data, two roles, the key
      expect(files).toContain('repository.key.age');
      for (const path of files.filter((each) => each.endsWith('.age')))
        expect((await readFile(join(dir, path))).toString('latin1')).toMatch(/^age-encryption\.org\/v1\n/);
      for (const [step, { manifest, content }] of made.entries()) {
        expect(manifest.backup).toMatchObject({ encrypted: true });
        await restoreTo(database, manifest, `secret_${step}`, keys);
        expect(await countOf(`secret_${step}`)).toBe(content);
      }
      const newest = made[1]?.manifest as Manifest; // two were made
      expect((await validate(newest, 'checksum')).verdict).toBe('valid'); // hashes need no key
      await expect(validate(newest, 'structure')).rejects.toMatchObject({ code: 'key_missing' });
      await expect(
        validate(newest, 'structure', { BACKUP_ENCRYPTION_KEY: 'something else' }),
      ).rejects.toMatchObject({ code: 'key_wrong' });
    },
  );

  test('to public keys: whoever wrote it cannot read it, and so makes fulls; whoever has the key can', async () => {
    const { identity, recipient } = await generateIdentity();
    const identityFile = join(dir, '..', `${newRun()}.key`);
    await writeFile(identityFile, `# a test key\n${identity}\n`, { mode: 0o600 });
    const writer = { BACKUP_AGE_RECIPIENTS: recipient };
    const { database, made } = await chainOf('public', ['full', 'incremental'], writer);
    expect(made[1]?.manifest.backup).toMatchObject({ type: 'full', encrypted: true });
    expect(made[1]?.manifest.backup.warnings.join(' ')).toContain('no key to read them');
    await expect(restoreTo(database, made[1]?.manifest as Manifest, 'never')).rejects.toMatchObject({
      code: 'key_missing',
    });
    const reader = { BACKUP_AGE_IDENTITY_FILE: identityFile };
    await restoreTo(database, made[1]?.manifest as Manifest, 'public_back', reader);
    expect(await countOf('public_back')).toBe(made[1]?.content);
    const { backup } = await back(database, 'incremental', { ...reader, ...writer });
    expect(backup.type).toBe('incremental');
    await rm(identityFile);
  });

  test('asked for without a key: key_missing, nothing written', async () => {
    const database = await fixture.withContent('no_key');
    await expect(
      fixture.backup(database, { request: asked({ encrypt: true }) }, contextWith()),
    ).rejects.toMatchObject({ code: 'key_missing' });
    expect(() => openKeyRing({ BACKUP_ENCRYPT: true }, localStorage({ dir }))).toThrow(
      expect.objectContaining({ code: 'key_missing' }),
    );
    expect(await filesIn(dir)).toEqual([]);
  });
});
