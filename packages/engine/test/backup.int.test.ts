import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findTools, parseTarget } from '@holdfast/postgres';
import { faultyStorage, localStorage, memoryStorage } from '@holdfast/storage';
import { mountObstacle } from '@holdfast/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { filesIn, newRun, startEngineFixture, type EngineFixture } from './setup.ts';

const run = promisify(execFile);
let fixture: EngineFixture;
beforeAll(async () => {
  fixture = await startEngineFixture();
});
afterAll(() => fixture.stop());

describe('a backup', () => {
  test.each([
    ['zstd', '.dump.zst', 'zstd -t "$1" && zstd -dc "$1"'],
    ['gzip', '.dump.gz', 'gunzip -t "$1" && gunzip -c "$1"'],
    ['none', '.dump', 'cat "$1"'],
  ] as const)('with %s is restored by standard tools alone', async (codec, ending, decode) => {
    const database = await fixture.withContent(`std_${codec}`);
    const { backup, data, fingerprint } = await fixture.backup(database, {
      compression: { codec, level: 3 },
    });
    expect(backup.filename.endsWith(ending)).toBe(true);
    const file = join(fixture.dir, data.key);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const target = `std_${codec}_copy`;
    await fixture.server.createDatabase(target);
    const tools = (await findTools()).at(-1);
    await run('bash', [
      '-c',
      `set -euo pipefail; { ${decode}; } | "$2" --exit-on-error -d "$3"`,
      '-',
      file,
      join(tools?.dir ?? '', 'pg_restore'),
      fixture.server.url(target),
    ]);
    const { stdout: rows } = await run(join(tools?.dir ?? '', 'psql'), [
      '-XAt',
      '-d',
      fixture.server.url(target),
      '-c',
      'select count(*) from "Weird Schema"."Tâble ""x"""',
    ]);
    expect(Number(rows)).toBe(2000);
    expect(Object.values(fingerprint.rows)).toContain(2000);
  });

  test('its manifest alone tells everything, and the roles stand beside it without passwords', async () => {
    const database = await fixture.withContent('manifest');
    const manifest = await fixture.backup(database);
    expect(manifest.backup).toMatchObject({ type: 'full', encrypted: false, warnings: [] });
    expect(manifest.fingerprint).toMatchObject({
      largeObjects: 1,
      extensions: { citext: expect.any(String) },
    });
    const globals = await readFile(join(fixture.dir, manifest.globals?.key ?? ''), 'utf8');
    expect(globals).toContain('CREATE ROLE');
    expect(globals).not.toContain('SCRAM-SHA-256');
    expect(await fixture.repository.find(manifest.backup.filename)).toEqual(manifest);
    expect(await fixture.repository.find(manifest.backup.name)).toEqual(manifest);
    expect(await fixture.repository.find(manifest.backup.run)).toEqual(manifest);
  });

  test('two attempts of one run make one manifest; the loser drops its own file and answers with the winner', async () => {
    const database = await fixture.withContent('race');
    const same = { run: newRun(), requestedAt: new Date() };
    const [first, second] = await Promise.all([
      fixture.backup(database, { ...same, attempt: 1 }),
      fixture.backup(database, { ...same, attempt: 2 }),
    ]);
    expect(second).toEqual(first);
    const files = (await filesIn(fixture.dir)).filter((name) => name.startsWith('race/'));
    expect(files).toHaveLength(3);
    expect(files).toContain(first.data.key);
  });
});

describe('a source that cannot be dumped', () => {
  test.each([
    ['wrong password', (url: string) => url.replace(/:[^:@/]+@/, ':wrong@'), 'authentication_failed'],
    ['database missing', (url: string) => url.replace(/\/app_ok/, '/nothing_here'), 'database_missing'],
    ['server down', (url: string) => url.replace(/:\d+\//, ':1/'), 'server_unreachable'],
  ])('%s', async (_name, change, code) => {
    await fixture.server.createDatabase('app_ok').catch(() => undefined); // made by the case before
    const target = parseTarget(change(fixture.server.url('app_ok')));
    await expect(fixture.backup({ id: 'unreachable', target })).rejects.toMatchObject({ code });
    expect((await filesIn(fixture.dir)).filter((name) => name.startsWith('unreachable/'))).toEqual([]);
  });

  test('a locked table: lock_timeout, after the blocker was named in the progress', async () => {
    const database = await fixture.withContent('locked');
    const blocker = await fixture.server.session('locked');
    await blocker.query('begin; lock table empty in access exclusive mode');
    try {
      await expect(fixture.backup(database, { lockTimeoutMs: 1_000 })).rejects.toMatchObject({
        code: 'lock_timeout',
      });
    } finally {
      await blocker.end();
    }
    expect((await filesIn(fixture.dir)).filter((name) => name.startsWith('locked/'))).toEqual([]);
  });

  test('cancelled half-way: the reason is the error, and nothing is left', async () => {
    const database = await fixture.withContent('cancelled');
    const stop = new AbortController();
    const reason = new Error('enough');
    const context = { ...fixture.contextOver(undefined, stop.signal), onProgress: () => stop.abort(reason) };
    await expect(fixture.backup(database, {}, context)).rejects.toBe(reason);
    expect((await filesIn(fixture.dir)).filter((name) => name.startsWith('cancelled/'))).toEqual([]);
  });
});

describe('a repository that cannot take it', () => {
  test('missing', async () => {
    const database = await fixture.withContent('no_dir');
    const context = fixture.contextOver(localStorage({ dir: join(fixture.dir, 'not-mounted') }));
    await expect(fixture.backup(database, {}, context)).rejects.toMatchObject({ code: 'storage_missing' });
  });

  test('read-only', async ({ skip }) => {
    const isRoot = process.getuid?.() === 0;
    const obstacle = isRoot ? await mountObstacle() : undefined;
    skip(obstacle !== undefined, obstacle);
    const dir = await mkdtemp(join(tmpdir(), 'hf-ro-'));
    // Rights mean nothing to root: there it takes a mount.
    if (isRoot) await run('mount', ['-t', 'tmpfs', '-o', 'ro,size=1m', 'none', dir]);
    else await chmod(dir, 0o500);
    try {
      const database = await fixture.withContent('read_only');
      await expect(
        fixture.backup(database, {}, fixture.contextOver(localStorage({ dir }))),
      ).rejects.toMatchObject({
        code: 'storage_read_only',
      });
    } finally {
      if (isRoot) await run('umount', [dir]);
      await rm(dir, { recursive: true });
    }
  });

  test('a small real disk fills up: storage_full, nothing left', async ({ skip }) => {
    const obstacle = await mountObstacle();
    skip(obstacle !== undefined, obstacle);
    const dir = await mkdtemp(join(tmpdir(), 'hf-small-'));
    await run('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', dir]);
    try {
      const database = await fixture.withContent('small_disk');
      await fixture.server.psql(
        "create table noise as select decode(string_agg(md5(random()::text || i), ''), 'hex') as body from generate_series(1, 60000) i",
        'small_disk',
      );
      await expect(
        fixture.backup(database, {}, fixture.contextOver(localStorage({ dir }))),
      ).rejects.toMatchObject({
        code: 'storage_full',
      });
      expect(await filesIn(dir)).toEqual([]);
    } finally {
      await run('umount', [dir]);
      await rm(dir, { recursive: true });
    }
  });

  test.each([0, 1, 500, 5_000, 20_000])(
    'full after %i bytes: storage_full, nothing left, the next one succeeds',
    async (fullAfterBytes) => {
      const database = fullAfterBytes === 0 ? await fixture.withContent('full') : fixture.databaseOf('full');
      const inner = memoryStorage();
      await expect(
        fixture.backup(database, {}, fixture.contextOver(faultyStorage(inner, { fullAfterBytes }))),
      ).rejects.toMatchObject({ code: 'storage_full' });
      const left: string[] = [];
      for await (const { key } of inner.list('')) left.push(key);
      expect(left).toEqual([]);
      await expect(fixture.backup(database, {}, fixture.contextOver(inner))).resolves.toBeDefined();
    },
  );

  test.each(['told', 'silent'] as const)('a short write is seen (%s)', async (shortWrite) => {
    const database = await fixture.withContent(`short_${shortWrite}`);
    const context = fixture.contextOver(faultyStorage(memoryStorage(), { shortWrite }));
    await expect(fixture.backup(database, {}, context)).rejects.toMatchObject({ code: 'storage_failed' });
  });
});
