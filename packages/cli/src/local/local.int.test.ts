import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, open, readdir, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Run } from '@holdfast/contracts';
import { startTestPostgres, type TestPostgres } from '@holdfast/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { fakeTerminal, type FakeTerminal } from '../../test/fake-terminal.ts';
import { runCli } from '../run-cli.ts';

// `--local` against a real PostgreSQL and a real folder, with no server of ours anywhere.

let server: TestPostgres;
let root = '';
let env: Record<string, string> = {};
const folder = (): string => join(root, 'backups');

beforeAll(async () => {
  [server, root] = await Promise.all([startTestPostgres(), mkdtemp(join(tmpdir(), 'hf-cli-local-'))]);
});
afterAll(async () => {
  await server.stop();
  await rm(root, { recursive: true, force: true });
});

beforeEach(async () => {
  await rm(folder(), { recursive: true, force: true });
  await mkdir(folder());
  await server.psql('drop database if exists app with (force)');
  await server.createDatabase('app');
  await server.psql(
    'create table words (id int primary key, word text); insert into words select n, md5(n::text) from generate_series(1, 5000) n',
    'app',
  );
  env = {
    NO_COLOR: '1',
    HOLDFAST_HOME: join(root, 'home'),
    BACKUP_DIR: folder(),
    BACKUP_DATABASES: `app=${server.url('app')}`,
  };
});

async function cli(
  ...argv: readonly string[]
): Promise<{ code: number; terminal: FakeTerminal; json: () => { run: Run } & Record<string, unknown> }> {
  const terminal = fakeTerminal({ env });
  const code = await runCli(['--local', ...argv], terminal);
  return { code, terminal, json: () => JSON.parse(terminal.out()) as { run: Run } & Record<string, unknown> }; // our own document
}

async function backUp(): Promise<string> {
  const { code, terminal } = await cli('create', '--quiet', '--validate');
  expect([code, terminal.err()]).toEqual([0, '']);
  return terminal.out().trim();
}

const count = (database = 'app') => server.value('select count(*) from words', database);

test('a backup is made, listed, validated and restored, and the status tells of it', async () => {
  const made = await cli('create', '--description', 'by hand', '--validate', '--json');
  expect([made.code, made.json()]).toMatchObject([
    0,
    {
      run: { backup: { description: 'by hand', tablesCount: 1, rowsCount: 5_000 } },
      validation: { validation: { verdict: 'valid' } },
    },
  ]);
  const filename = made.json().run.backup?.filename ?? '';

  expect((await cli('list', '--json')).json()).toMatchObject({
    backups: [{ filename }],
    total: 1,
    historyAvailable: false,
  });
  const drill = await cli('validate', '--file', filename, '--level', 'restore', '--json');
  expect(drill.json()).toMatchObject({ run: { state: 'completed', validation: { verdict: 'proven' } } });
  expect((await cli('validate', '--all')).terminal.out()).toContain('1 backup looked at, all good');

  await server.psql('delete from words', 'app');
  const restored = await cli('restore', '--file', filename, '--yes', '--json');
  expect(restored.json()).toMatchObject({ run: { restore: { databaseName: 'app', mode: 'swap' } } });
  expect(restored.json().run.restore?.safetyBackup).toMatch(/^app_/);
  expect(await count()).toBe('5000');

  expect((await cli('status', '--json')).json()).toMatchObject({
    health: { overall: 'healthy' },
    databases: [{ id: 'app', name: 'app', backups: 2 }],
  });
});

test('mode new leaves the live database alone', async () => {
  const filename = await backUp();
  await server.psql('delete from words', 'app');
  expect((await cli('restore', '--file', filename, '--to', 'app_copy', '--yes')).code).toBe(0);
  expect([await count(), await count('app_copy')]).toEqual(['0', '5000']);
  await server.psql('drop database app_copy');
});

test('progress goes to stderr, a line per phase', async () => {
  const { terminal } = await cli('create');
  expect(terminal.err()).toMatch(/· preparing\n· dumping, about [\d.]+ MB\n· committing\n/);
});

test('Ctrl-C cancels cleanly: nothing of the backup stays', async () => {
  const locker = await server.session('app');
  await locker.query('begin; lock table words in access exclusive mode');
  const terminal = fakeTerminal({ env });
  const ended = runCli(['--local', 'create', '--json'], terminal);
  // The dump waits for the lock, so the interrupt surely comes while it runs.
  await waitUntil(
    async () => (await server.value(`select count(*) from pg_locks where not granted`)) !== '0',
  );
  terminal.interrupt();
  expect(await ended).toBe(1);
  expect(JSON.parse(terminal.out())).toMatchObject({
    error: { code: 'cancelled' },
    run: { state: 'cancelled' },
  });
  await locker.query('rollback');
  await locker.end();
  expect(terminal.err()).not.toContain('tried again');
  expect(await filesIn(folder())).toEqual([]);
});

test('a cut backup is exit 4, and a restore of it touches nothing', async () => {
  const filename = await backUp();
  await truncate(join(folder(), 'app', filename), 2_000);
  await server.psql('delete from words where id > 10', 'app');
  const validated = await cli('validate', '--file', filename, '--json');
  expect([validated.code, validated.json()]).toMatchObject([4, { error: { code: 'invalid_backup' } }]);
  const restored = await cli('restore', '--file', filename, '--yes', '--json');
  expect(restored.code).toBe(4);
  expect(await count()).toBe('10');
});

test('a flipped bit is exit 4', async () => {
  const filename = await backUp();
  const file = await open(join(folder(), 'app', filename), 'r+');
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, 5_000);
  await file.write(Buffer.from([(buffer[0] ?? 0) ^ 1]), 0, 1, 5_000);
  await file.close();
  expect((await cli('validate', '--file', filename, '--level', 'checksum')).code).toBe(4);
});

test('a manifest that is foreign is told and spoils nothing else', async () => {
  const filename = await backUp();
  await copyFile(
    import.meta.filename,
    join(folder(), 'app', 'app_20260101T000000Z_full_00000000.manifest.json'),
  );
  const listed = await cli('list', '--verbose');
  expect(listed.terminal.out()).toContain(filename);
  expect(listed.terminal.out()).toContain('[manifest_invalid]');
  expect((await cli('validate', '--all')).code).toBe(4);
});

test.each([
  ['no such backup', ['restore', '--file', 'none', '--yes'], 3, 'backup_not_found'],
  ['a name that leaves the repository', ['validate', '--file', '../../etc/passwd'], 2, 'path_refused'],
  ['no such database', ['create', '--database', 'other'], 3, 'database_unknown'],
  ['encryption without a key', ['create', '--encrypt'], 5, 'key_missing'],
  ['--async', ['create', '--async'], 2, 'invalid_request'],
])('%s', async (_name, argv, exit, code) => {
  const { code: exitCode, terminal } = await cli(...argv);
  expect([exitCode, terminal.err()]).toEqual([exit, expect.stringContaining(`[${code}]`)]);
});

test.each([
  ['a wrong password', (url: string) => url.replace(/:[^:@/]+@/, ':wrong@'), 5, 'authentication_failed'],
  ['a database that is missing', (url: string) => url.replace(/app$/, 'gone'), 3, 'database_missing'],
  ['a server that is down', (url: string) => url.replace(/:\d+\//, ':9/'), 6, 'server_unreachable'],
])('%s', async (_name, change, exit, code) => {
  env['BACKUP_DATABASES'] = `app=${change(server.url('app'))}`;
  const { code: exitCode, terminal } = await cli('create');
  expect([exitCode, terminal.err()]).toEqual([exit, expect.stringContaining(`[${code}]`)]);
  expect(terminal.err()).not.toContain('wrong');
});

test('several databases and none named', async () => {
  env['BACKUP_DATABASES'] = `app=${server.url('app')} other=${server.url('postgres')}`;
  const { code, terminal } = await cli('create');
  expect([code, terminal.err()]).toEqual([2, expect.stringContaining('(app, other)')]);
});

test('a repository that is not there', async () => {
  const { code, terminal } = await cli('list', '--dir', join(root, 'nowhere'));
  expect([code, terminal.err()]).toEqual([1, expect.stringContaining('[storage_missing]')]);
  const status = await cli('status', '--dir', join(root, 'nowhere'), '--json');
  expect([status.code, status.json()]).toMatchObject([0, { health: { overall: 'critical' } }]);
});

test('settings that are wrong are told together, without secrets', async () => {
  Object.assign(env, { BACKUP_COMPRESSION_LEVEL: '77', BACKUP_LOCK_TIMEOUT: 'soon' });
  const { code, terminal } = await cli('list');
  expect(code).toBe(2);
  expect(terminal.err()).toContain('BACKUP_COMPRESSION_LEVEL');
  expect(terminal.err()).toContain('BACKUP_LOCK_TIMEOUT');
});

async function filesIn(dir: string): Promise<readonly string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

async function waitUntil(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error('it never came to that');
  }
}

test('a legacy dump is listed, validated, restored where it is trusted, and exported', async () => {
  const { password = '', host, port, user } = server.target('app');
  execFileSync(
    join(server.tools.dir, 'pg_dump'),
    [
      '--format=plain',
      '--clean',
      '--if-exists',
      '--no-owner',
      '--no-privileges',
      `--file=${join(folder(), 'backup_20231215.sql')}`,
      'app',
    ],
    { env: { PGHOST: host, PGPORT: String(port), PGUSER: user, PGPASSWORD: password } },
  );
  expect((await cli('list', '--json')).json()).toMatchObject({
    backups: [],
    foreign: [{ filename: 'backup_20231215.sql', kind: 'plain', createdAt: '2023-12-15T00:00:00.000Z' }],
  });
  const drill = await cli('validate', '--file', 'backup_20231215.sql', '--level', 'restore', '--json');
  expect(drill.json()).toMatchObject({ run: { validation: { verdict: 'valid' } } });

  await server.psql('delete from words', 'app');
  const refused = await cli('restore', '--file', 'backup_20231215.sql', '--yes');
  expect([refused.code, refused.terminal.err()]).toMatchObject([
    1,
    expect.stringMatching(/preflight_failed[^]*--trust-file/),
  ]);
  expect(await count()).toBe('0');
  const restored = await cli('restore', '--file', 'backup_20231215.sql', '--yes', '--trust-file', '--json');
  expect(restored.json()).toMatchObject({ run: { restore: { rowsCount: 5_000, compared: false } } });
  expect(await count()).toBe('5000');

  const out = join(root, 'out.sql');
  expect((await cli('export', '--file', 'backup_20231215.sql', '--output', out, '--force')).code).toBe(0);
  expect(await readFile(out)).toEqual(await readFile(join(folder(), 'backup_20231215.sql')));
});
