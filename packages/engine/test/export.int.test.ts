import { execFile, execFileSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { decryptAge, generateIdentity } from '@holdfast/archive';
import { backupRequestSchema, MANIFEST_ENDING, type BackupRequest, type Manifest } from '@holdfast/contracts';
import { localStorage } from '@holdfast/storage';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  contentsOf,
  exportDump,
  openKeyRing,
  openRepository,
  planExport,
  readDump,
  withCopies,
  type DatabaseTarget,
  type EngineContext,
  type ExportOptions,
  type KeySettings,
  type Repository,
} from '../src/index.ts';
import { startEngineFixture, type EngineFixture } from './setup.ts';

const run = promisify(execFile);

/** The capability that these tests declare: the command. Why not, where it is absent. */
function obstacle(command: string): string | undefined {
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
const whyNotZstd = obstacle('zstd');
const whyNotAge = obstacle('age');

const COUNT = 'select count(*) || md5(string_agg(body, id::text order by id)) from grown';

let fixture: EngineFixture;
let dir: string;
/** One for all: each opening of the passphrase takes seconds. */
let repository: Repository;
let out: string;
let database: DatabaseTarget;
/** Each kind there is, with what its database held. */
const made = new Map<string, { readonly manifest: Manifest; readonly content: string | null }>();

beforeAll(async () => {
  fixture = await startEngineFixture();
  dir = await mkdtemp(join(tmpdir(), 'hf-export-'));
  repository = repositoryIn(dir, { BACKUP_ENCRYPTION_KEY: 'correct horse battery staple' });
  out = await mkdtemp(join(tmpdir(), 'hf-exported-'));
  database = await fixture.withContent('exported');
  await fixture.server.psql('create table grown (id serial, body text)', 'exported');
  for (const [kind, request, more] of KINDS) {
    await fixture.server.psql(
      `insert into grown (body) select md5(i::text || '${kind}') || repeat('x', 20) from generate_series(1, 20000) i;
       update grown set body = 'changed by ${kind}' where id % 400 = ${made.size}`,
      'exported',
    );
    const context = { ...contextWith(), jobs: more.jobs ?? 1, scratchDir: out };
    const { codec = 'zstd' } = more;
    const manifest = await fixture.backup(
      database,
      { request: asked(request), compression: { codec, level: 1 } },
      context,
    );
    made.set(kind, { manifest, content: await fixture.server.value(COUNT, 'exported') });
  }
}, 120_000);
afterAll(async () => {
  await fixture.stop();
  await rm(dir, { recursive: true });
  await rm(out, { recursive: true });
}, 600_000);

type Kind = readonly [
  name: string,
  request: Partial<BackupRequest>,
  more: { readonly codec?: 'gzip' | 'none'; readonly jobs?: number },
];
/** In an order in which each finds what it builds on. */
const KINDS: readonly Kind[] = [
  ['plain', { encrypt: false }, { codec: 'none' }],
  ['gzip', { encrypt: false }, { codec: 'gzip' }],
  ['full', { encrypt: false }, {}],
  ['differential', { type: 'differential', encrypt: false }, {}],
  ['incremental', { type: 'incremental', encrypt: false }, {}],
  ['encrypted', { encrypt: true }, {}],
  ['encrypted gzip', { encrypt: true }, { codec: 'gzip' }],
  ['encrypted incremental', { type: 'incremental', encrypt: true }, {}],
  ['tar', { encrypt: false }, { jobs: 2 }],
  ['tar incremental', { type: 'incremental', encrypt: false }, { jobs: 2 }],
  ['encrypted tar', { encrypt: true }, { jobs: 2 }],
];
const kinds = KINDS.map(([kind]) => kind);
const asked = (request: Partial<BackupRequest>): BackupRequest => backupRequestSchema.parse(request);

const contextWith = (keys?: KeySettings): EngineContext => ({
  ...fixture.contextOver(),
  repository: keys ? repositoryIn(dir, keys) : repository,
});
const repositoryIn = (folder: string, keys: KeySettings): Repository => {
  const storage = localStorage({ dir: folder });
  return openRepository(storage, openKeyRing(keys, storage));
};
const of = (kind: string) => {
  const found = made.get(kind);
  if (!found) throw new Error(`no ${kind} was made`);
  return found;
};

async function exported(manifest: Manifest, options: ExportOptions = {}): Promise<string> {
  const encrypts = options.encryptTo !== undefined;
  const path = join(out, planExport(manifest, { ...options, encrypts }).filename);
  await rm(path, { force: true });
  await pipeline(Readable.from(exportDump(contextWith(), manifest, options)), createWriteStream(path));
  return path;
}

const shell = (script: string, ...words: readonly string[]) =>
  run('bash', ['-c', `set -euo pipefail; ${script}`, '-', ...words], {
    encoding: 'buffer',
    maxBuffer: 1 << 28,
  });

const decode = (path: string): string =>
  path.endsWith('.zst') ? 'zstd -dcq "$1"' : path.endsWith('.gz') ? 'gzip -dc "$1"' : 'cat "$1"';

/** By the standard tools alone. */
async function restoreByHand(path: string, name: string): Promise<void> {
  await fixture.server.createDatabase(name);
  const pgRestore = `"${join(fixture.server.tools.dir, 'pg_restore')}" --exit-on-error --dbname="$2"`;
  const url = fixture.server.url(name);
  if (!path.includes('.tar')) {
    await shell(`${decode(path)} | ${pgRestore}`, path, url);
    return;
  }
  const folder = await mkdtemp(join(out, 'tar-'));
  await shell(`${decode(path)} | tar -x -C "$3"; ${pgRestore} --jobs=2 "$3"`, path, url, folder);
}

test('every kind was made as what it is', () => {
  expect(kinds.map((kind) => of(kind).manifest.ancestors.length)).toEqual([0, 0, 0, 1, 2, 0, 0, 1, 0, 1, 0]);
});

describe.skipIf(whyNotZstd !== undefined)(
  `by standard tools${whyNotZstd ? ` (no zstd: ${whyNotZstd})` : ''}`,
  () => {
    test.each(kinds)(
      'the export of a %s is the dump, passes the test of its tool, and restores',
      async (kind) => {
        const { manifest, content } = of(kind);
        const path = await exported(manifest);
        if (path.endsWith('.zst'))
          expect(await run('zstd', ['-t', '-q', path])).toMatchObject({ stderr: '' });
        const dump = await buffer(readDump(repository, manifest, { signal: fixture.contextOver().signal }));
        expect((await shell(decode(path), path)).stdout.equals(dump)).toBe(true);
        const name = `by_hand_${kind.replaceAll(' ', '_')}`;
        await restoreByHand(path, name);
        expect(await fixture.server.value(COUNT, name)).toBe(content);
      },
    );
  },
);

test.each(kinds)('the stored file of a %s as it is', async (kind) => {
  const { manifest } = of(kind);
  const path = await exported(manifest, { asIs: true });
  expect(path.endsWith(manifest.backup.filename)).toBe(true);
  expect((await readFile(path)).equals(await readFile(join(dir, manifest.data.key)))).toBe(true);
});

test('without an age program: encrypted to several, for whom each key opens it', async () => {
  const [one, two] = await Promise.all([generateIdentity(), generateIdentity()]);
  const { manifest } = of('incremental');
  const path = await exported(manifest, { encryptTo: [one.recipient, two.recipient] });
  expect(path.endsWith('.dump.zst.age')).toBe(true);
  const plain = await readFile(await exported(manifest));
  for (const { identity } of [one, two]) {
    const opened = decryptAge(Readable.from(await readFile(path), { objectMode: false }), [identity]);
    expect((await buffer(opened)).equals(plain)).toBe(true);
  }
});

test.skipIf(whyNotAge !== undefined)(
  `age opens what was encrypted${whyNotAge ? ` (${whyNotAge})` : ''}`,
  async () => {
    const { identity, recipient } = await generateIdentity();
    const keyFile = join(out, 'key.txt');
    await writeFile(keyFile, `${identity}\n`, { mode: 0o600 });
    for (const kind of ['full', 'encrypted tar']) {
      const { manifest } = of(kind);
      const plain = await readFile(await exported(manifest));
      const path = await exported(manifest, { encryptTo: [recipient] });
      const { stdout } = await shell('age -d -i "$2" "$1"', path, keyFile);
      expect(stdout.equals(plain)).toBe(true);
    }
  },
);

test.each(kinds)('what is inside a %s, with sizes and without', async (kind) => {
  const { manifest } = of(kind);
  const withSizes = await contentsOf(contextWith(), manifest, { withSizes: true });
  expect(withSizes).toMatchObject({
    filename: manifest.backup.filename,
    kind: manifest.data.format,
    entries: expect.arrayContaining([
      { kind: 'TABLE', schema: 'public', name: 'grown', owner: expect.any(String) },
      {
        kind: 'TABLE DATA',
        schema: 'public',
        name: 'grown',
        owner: expect.any(String),
        sizeBytes: expect.any(Number),
      },
    ]),
  });
  const sizes = withSizes.entries.map(({ sizeBytes = 0 }) => sizeBytes);
  expect(withSizes.dataBytes).toBe(sizes.reduce((sum, sizeBytes) => sum + sizeBytes, 0));
  expect(withSizes.dataBytes).toBeGreaterThan(1_000_000);
  const { dataBytes: _, ...rest } = withSizes;
  expect(await contentsOf(contextWith(), manifest)).toEqual({
    ...rest,
    entries: rest.entries.map((entry) => ({ ...entry, sizeBytes: undefined })),
  });
});

describe('what cannot be read is told before the first byte', () => {
  const first = (context: EngineContext, manifest: Manifest, options: ExportOptions = {}) =>
    exportDump(context, manifest, options)[Symbol.asyncIterator]().next();

  test('without the key, or with another one', async () => {
    const other = join(out, 'other.txt');
    await writeFile(other, `${(await generateIdentity()).identity}\n`, { mode: 0o600 });
    for (const kind of ['encrypted', 'encrypted incremental', 'encrypted tar']) {
      const { manifest } = of(kind);
      await expect(first(contextWith({}), manifest)).rejects.toMatchObject({ code: 'key_missing' });
      await expect(first(contextWith({ BACKUP_AGE_IDENTITY_FILE: other }), manifest)).rejects.toMatchObject({
        code: 'key_wrong',
      });
      await expect(contentsOf(contextWith({}), manifest)).rejects.toMatchObject({ code: 'key_missing' });
    }
  });

  test('without a parent', async () => {
    const { manifest } = of('tar incremental');
    const parent = of('tar').manifest;
    const path = join(dir, `exported/${parent.backup.name}${MANIFEST_ENDING}`);
    const text = await readFile(path);
    await rm(path);
    await expect(first(contextWith(), manifest)).rejects.toMatchObject({ code: 'parent_missing' });
    await writeFile(path, text);
  });

  test('to somebody who is none', async () => {
    await expect(first(contextWith(), of('full').manifest, { encryptTo: ['age1x'] })).rejects.toMatchObject({
      code: 'key_invalid',
    });
  });
});

test.each(['full', 'incremental', 'encrypted incremental'])(
  'damage in what a %s is read from ends its export with an error',
  async (kind) => {
    const { manifest } = of(kind);
    const oldest = manifest.ancestors.at(-1)?.name ?? manifest.backup.name;
    const read = [...made.values()].find((each) => each.manifest.backup.name === oldest)?.manifest;
    const path = join(dir, read?.data.key ?? '');
    const whole = await readFile(path);
    const middle = Math.floor(whole.length / 2);
    await writeFile(path, Buffer.from(whole).fill(0, middle, middle + 200_000));
    await expect(exported(manifest)).rejects.toMatchObject({ code: 'archive_corrupt' });
    await writeFile(path, whole);
  },
);

test('what the repository itself has lost is read from a copy', async () => {
  const copy = await mkdtemp(join(tmpdir(), 'hf-export-copy-'));
  await cp(dir, copy, { recursive: true });
  const place = { id: 'copy', open: () => Promise.resolve(repositoryIn(copy, {})) };
  const context = { ...contextWith(), repository: withCopies(repository, [place]) };
  const { manifest } = of('incremental');
  const whole = await readFile(await exported(manifest));
  const path = join(dir, of('full').manifest.data.key);
  const lost = await readFile(path);
  await rm(path);
  expect((await buffer(exportDump(context, manifest))).equals(whole)).toBe(true);
  expect((await contentsOf(context, manifest)).entries).not.toEqual([]);
  await expect(exported(manifest)).rejects.toMatchObject({ code: 'data_missing' });
  await writeFile(path, lost);
  await rm(copy, { recursive: true });
});

test('an abort ends it with the reason of the signal', async () => {
  const stop = new AbortController();
  const reason = new Error('enough');
  const exporting = exportDump({ ...contextWith(), signal: stop.signal }, of('incremental').manifest);
  const reading = (async () => {
    for await (const piece of exporting) if (piece.length > 0) stop.abort(reason);
  })();
  await expect(reading).rejects.toBe(reason);
});
