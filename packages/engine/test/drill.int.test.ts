import { spawnSync } from 'node:child_process';
import { access, chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failureOf, manifestSchema, type Manifest } from '@holdfast/contracts';
import {
  openDrillServer,
  sweepDrills,
  validateBackup,
  type DrillServer,
  type ValidateOptions,
} from '../src/index.ts';
import { openClient } from '@holdfast/postgres';
import { startEngineFixture, type EngineFixture } from './setup.ts';

let fixture: EngineFixture;
/** Where drills put their clusters here: other tests have theirs in the system's folder at the same time. */
let drillsDir: string;
const outerTmpdir = process.env['TMPDIR'];
beforeAll(async () => {
  fixture = await startEngineFixture();
  drillsDir = await mkdtemp(join(tmpdir(), 'hf-drills-'));
  await chmod(drillsDir, 0o777); // a drill's own user writes there
  process.env['TMPDIR'] = drillsDir;
});
afterAll(async () => {
  if (outerTmpdir === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = outerTmpdir;
  await fixture.stop();
  await rm(drillsDir, { recursive: true, force: true });
});

type Options = Partial<ValidateOptions> & { readonly url?: string; readonly onSource?: boolean };
const validate = (
  reference: string,
  level: ValidateOptions['level'],
  { url, onSource, ...options }: Options = {},
) =>
  validateBackup(fixture.contextOver(), {
    reference,
    level,
    openDrillServer: (needs) => openDrillServer({ url, onSource }, needs),
    ...options,
  });

/** A backup whose manifest says something else; as if somebody had changed it, or what it describes. */
async function withManifest(manifest: Manifest, change: (manifest: Manifest) => Manifest): Promise<string> {
  const path = join(fixture.dir, manifest.backup.database, `${manifest.backup.name}.manifest.json`);
  const read = manifestSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  await writeFile(path, JSON.stringify(change(read)));
  return manifest.backup.filename;
}
async function small(name: string, sql = 'create table t as select i as id from generate_series(1, 5) i') {
  await fixture.server.createDatabase(name);
  await fixture.server.psql(sql, name);
  return fixture.databaseOf(name);
}
const leftBehind = (): Promise<readonly string[]> => readdir(drillsDir);

test('a backup is proven by a drill, and the drill leaves nothing behind', async () => {
  const database = await fixture.withContent('proven');
  const { backup } = await fixture.backup(database);
  const result = await validate(backup.filename, 'restore');
  expect(result.findings.filter((finding) => finding.outcome === 'failed')).toEqual([]);
  expect(result.verdict).toBe('proven');
  expect(result.recoveryMs).toBeGreaterThan(0);
  expect(await leftBehind()).toEqual([]);
});

test('rows that were changed by hand, and a table that is gone, are found and named', async () => {
  const database = await small('changed', 'create table t as select 1 as id; create table gone (id int)');
  const options = { withContentHashes: true };
  const manifest = await fixture.backup(database, options);
  await fixture.server.psql('update t set id = 2; drop table gone', 'changed');
  const { fingerprint } = await fixture.backup(database, options);
  // The dump of before with what its rows were never: as many, but others.
  const filename = await withManifest(manifest, (read) => ({
    ...read,
    fingerprint: { ...read.fingerprint, content: fingerprint.content },
  }));
  const changed = await validate(filename, 'restore');
  expect(changed.verdict).toBe('invalid');
  expect(changed.findings.find(({ check }) => check === 'content')).toMatchObject({
    outcome: 'failed',
    detail: 'the rows of 1 tables were changed: public.t',
  });
  const lacking = await withManifest(await fixture.backup(database, options), (read) => ({
    ...read,
    fingerprint: manifest.fingerprint,
  }));
  const { verdict, findings } = await validate(lacking, 'restore');
  expect(verdict).toBe('invalid');
  expect(findings.find(({ check }) => check === 'rows')?.detail).toContain('public.gone is missing (0 rows)');
});

test('hashes of what was backed up and of what was restored agree, whatever the types', async () => {
  const database = await small(
    'hashes',
    `create type mood as enum ('sad', 'ok'); set timezone = 'Asia/Tokyo';
     create table t (t int, at timestamptz, f float8, b bytea, m mood, j jsonb, i interval, r int4range, n numeric, a text[]);
     insert into t values (1, '2026-02-03 04:05:06.789+09', 0.1::float8 / 3, '\\x00ff', 'ok', '{"b": 1, "a": [null]}', '1 mon 2 days', '[1,5)', 1.50, '{a,NULL,"b c"}'); insert into t (t) values (null);
     alter table t drop column n; create table nothing ()`,
  );
  await fixture.server.psql(`alter database hashes set datestyle = 'German'`);
  const { backup, fingerprint } = await fixture.backup(database, { withContentHashes: true });
  expect(fingerprint.version).toBe(2);
  const result = await validate(backup.filename, 'restore');
  expect(result.findings.filter(({ outcome }) => outcome !== 'ok')).toEqual([]);
  expect(result.verdict).toBe('proven');
});

test('a table that was too large to count is told of, and the backup is not proven', async () => {
  const { backup } = await fixture.backup(await small('large'), { maxCountedTableBytes: 1 });
  expect(backup).toMatchObject({ tablesCount: 1, rowsCount: 0 });
  const { verdict, findings } = await validate(backup.filename, 'restore');
  expect(verdict).toBe('valid');
  expect(findings).toContainEqual(expect.objectContaining({ check: 'estimates', outcome: 'skipped' }));
});

describe('what the scratch server lacks is neither a pass nor a bad backup', () => {
  /** What a finding says of it; the whole of the verdict must rest on that. */
  const told = async (filename: string, check: string): Promise<string | undefined> => {
    const { verdict, findings } = await validate(filename, 'restore');
    expect(findings.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
    expect(verdict).toBe('inconclusive');
    return findings.find((each) => each.check === check && each.outcome === 'inconclusive')?.detail;
  };

  test('an extension, a role and another major', async () => {
    const manifest = await fixture.backup(await small('lacking'));
    const { fingerprint } = manifest;
    const as = (other: Partial<Manifest['fingerprint']>) =>
      withManifest(manifest, (read) => ({ ...read, fingerprint: { ...fingerprint, ...other } }));
    expect(await told(await as({ extensions: { nowhere: '1' } }), 'extensions')).toMatch(
      /"nowhere" is not installed/,
    );
    expect(await told(await as({ roles: ['pg_of_tomorrow'] }), 'roles')).toMatch(/pg_of_tomorrow/);
    expect(await told(await as({ serverVersion: 140_003 }), 'version')).toMatch(
      /from PostgreSQL 14 .* is 15/,
    );
  });

  test('what a superuser alone can make is left out, and the rest compared', async () => {
    const { backup } = await fixture.backup(
      await small(
        'superuser',
        `create function audit() returns event_trigger language plpgsql as 'begin end';
         create event trigger watch on ddl_command_end execute function audit();
         create foreign data wrapper elsewhere; create table t (id int)`,
      ),
    );
    expect(await told(backup.filename, 'superuser content')).toMatch(
      /event trigger watch, foreign data wrapper elsewhere|foreign data wrapper elsewhere, event trigger watch/,
    );
  });

  test('a base type needs more than a drill gives', async () => {
    const { backup } = await fixture.backup(
      await small(
        'base_type',
        `create type own; create function own_in(cstring) returns own language internal immutable strict as 'int4in';
         create function own_out(own) returns cstring language internal immutable strict as 'int4out';
         create type own (input = own_in, output = own_out, like = int4)`,
      ),
    );
    expect(await told(backup.filename, 'restore')).toMatch(/must be superuser to create a base type/);
  });
});

test('servers and foreign tables of an allowed wrapper are restored by the unprivileged owner', async () => {
  const { backup } = await fixture.backup(
    await small(
      'foreign_tables',
      `create extension postgres_fdw; create server other foreign data wrapper postgres_fdw;
       create foreign table f (id int) server other`,
    ),
  );
  const result = await validate(backup.filename, 'restore');
  expect(result.findings.filter(({ outcome }) => outcome !== 'ok')).toEqual([]);
  expect(result.verdict).toBe('proven');
});

describe('checks', () => {
  let checksDir: string;
  beforeAll(async () => {
    checksDir = await mkdtemp(join(tmpdir(), 'hf-checks-'));
    await mkdir(join(checksDir, 'checked'));
  });
  afterAll(() => rm(checksDir, { recursive: true, force: true }));

  test('must return true, read only and unprivileged; amcheck looks at the indexes', async () => {
    const { backup } = await fixture.backup(await small('checked', 'create table t (id int primary key)'));
    const files = {
      'a-holds.sql': 'select true',
      'b-wrong.sql': 'selec true',
      'checked/c-differs.sql': 'set search_path = public; select count(*) = 1 as one from t',
      'checked/d-writes.sql': 'insert into public.t values (1) returning true',
      'checked/e-reads-files.sql': `select pg_read_file('/etc/passwd') is not null`,
    };
    for (const [name, sql] of Object.entries(files)) await writeFile(join(checksDir, name), sql);
    const { verdict, findings } = await validate(backup.filename, 'restore', { checksDir, amcheck: true });
    expect(verdict).toBe('invalid');
    expect(findings.slice(-6).map(({ check, outcome }) => `${check}: ${outcome}`)).toEqual([
      'check a-holds.sql: ok',
      'check b-wrong.sql: inconclusive',
      'check checked/c-differs.sql: failed',
      'check checked/d-writes.sql: inconclusive',
      'check checked/e-reads-files.sql: failed',
      'amcheck: ok',
    ]);
  });
});

describe('the scratch server', () => {
  test('is away', async () => {
    const { backup } = await fixture.backup(await small('away'));
    const url = 'postgres://nobody@127.0.0.1:1/postgres';
    await expect(validate(backup.filename, 'restore', { url })).rejects.toMatchObject({
      code: 'drill_unavailable',
      message: expect.stringContaining('BACKUP_DRILL_URL'),
    });
  });

  test('has too little room', async () => {
    const manifest = await fixture.backup(await small('no_room'));
    const filename = await withManifest(manifest, (read) => ({
      ...read,
      backup: { ...read.backup, rawBytes: 1e15 },
    }));
    await expect(validate(filename, 'restore')).rejects.toMatchObject({
      code: 'drill_unavailable',
      message: expect.stringMatching(/needs about [\d.]+ GiB and [\d.]+ GiB are free/),
    });
    expect(await leftBehind()).toEqual([]);
  });

  test('is killed half-way: that is no bad backup', async () => {
    const { backup } = await fixture.backup(
      await small(
        'killed',
        // Restoring the index calls it, on the scratch server alone, where it waits to be killed.
        `create table t (id int); create function slow(int) returns int language sql immutable as 'select 1';
         create index on t (slow(id)); insert into t values (1);
         create or replace function slow(int) returns int language plpgsql immutable
           as $$ begin perform pg_sleep(600); return 1; end $$`,
      ),
    );
    let server: DrillServer | undefined;
    const drill = validate(backup.filename, 'restore', {
      openDrillServer: async (needs) => {
        server = await openDrillServer({}, needs);
        void killWhenBusy(server);
        return server;
      },
    });
    await expect(drill.catch((error: unknown) => failureOf(error))).resolves.toMatchObject({
      code: 'drill_unavailable',
    });
    expect(await leftBehind()).toEqual([]);
  });

  test('takes too long', async () => {
    const { backup } = await fixture.backup(await small('late'));
    await expect(validate(backup.filename, 'restore', { drillTimeoutMs: 1 })).rejects.toMatchObject({
      code: 'drill_timed_out',
    });
    expect(await leftBehind()).toEqual([]);
  });

  test('that a killed process left is ended and removed; those of living ones stay', async () => {
    const living = await openDrillServer({}, { serverVersion: undefined });
    const { pid } = spawnSync('true');
    const left = join(drillsDir, `hf-drill-${pid}-abcdef`);
    await mkdir(join(left, 'data'), { recursive: true });
    await mkdir(join(drillsDir, 'hf-drill-mine'));
    expect(await sweepDrills()).toEqual([`hf-drill-${pid}-abcdef`]);
    expect(await leftBehind()).toHaveLength(2);
    await living.close();
    await rm(join(drillsDir, 'hf-drill-mine'), { recursive: true });
  });

  test("of one's own: what a killed drill left there is removed by the next", async () => {
    await fixture.server.psql('create role left_role');
    await fixture.server.psql('create database drill_0123456789ab');
    await fixture.server.psql('create database drill_ba9876543210'); // somebody else's
    await fixture.server.psql(
      `comment on database drill_0123456789ab is 'holdfast drill; roles: ["left_role"]'`,
    );
    const server = await openDrillServer(
      { url: fixture.server.url('postgres') },
      { serverVersion: undefined },
    );
    await server.close();
    expect(
      await fixture.server.value(
        `select string_agg(datname, ',') from pg_database where datname ~ '^drill_'`,
      ),
    ).toBe('drill_ba9876543210');
    expect(await fixture.server.value(`select count(*) from pg_roles where rolname = 'left_role'`)).toBe('0');
    await fixture.server.psql('drop database drill_ba9876543210');
  });
});

async function killWhenBusy({ admin }: DrillServer): Promise<void> {
  const client = await openClient(admin);
  client.on('error', () => undefined); // it is what is wanted
  for (;;) {
    const { rows } = await client.query<{ busy: string }>(
      `select count(*) as busy from pg_stat_activity where wait_event = 'PgSleep'`,
    );
    if (rows[0]?.busy !== '0') break;
  }
  const { rows } = await client.query<{ path: string }>(`select current_setting('data_directory') as path`);
  const pid = Number((await readFile(join(rows[0]?.path ?? '', 'postmaster.pid'), 'utf8')).split('\n')[0]);
  process.kill(pid, 'SIGQUIT');
}

test('the lower levels say valid, never proven', async () => {
  const { backup } = await fixture.backup(await fixture.withContent('levels'));
  expect((await validate(backup.filename, 'checksum')).verdict).toBe('valid');
  expect((await validate(backup.filename, 'structure')).verdict).toBe('valid');
});

test("a server of one's own serves as well, and is left as it was", async () => {
  const { backup } = await fixture.backup(await fixture.withContent('own_server'));
  const url = fixture.server.url('postgres');
  await expect(validate(backup.filename, 'restore', { url })).rejects.toMatchObject({
    code: 'drill_unavailable',
    message: expect.stringContaining('BACKUP_DRILL_ON_SOURCE'),
  });
  const rolesBefore = await fixture.server.value(
    "select string_agg(rolname, ',' order by rolname) from pg_roles",
    'postgres',
  );
  expect((await validate(backup.filename, 'restore', { url, onSource: true })).verdict).toBe('proven');
  expect(
    await fixture.server.value("select string_agg(rolname, ',' order by rolname) from pg_roles", 'postgres'),
  ).toBe(rolesBefore);
  expect(
    await fixture.server.value("select count(*) from pg_database where datname like 'drill%'", 'postgres'),
  ).toBe('0');
});

test('a server that validators share serves one drill at a time, and the wait is not counted', async () => {
  const { backup } = await fixture.backup(await small('shared', 'create table t as select 1 as id'));
  const url = fixture.server.url('postgres');
  const holding = await openDrillServer({ url }, { serverVersion: undefined });
  const opened: string[] = [];
  const drills = ['a', 'b'].map((name) =>
    validate(backup.filename, 'restore', {
      drillTimeoutMs: 600_000,
      openDrillServer: async (needs) => {
        const server = await openDrillServer({ url, onSource: true }, needs);
        opened.push(name);
        const close = (): Promise<void> => {
          opened.splice(opened.indexOf(name), 1);
          return server.close();
        };
        expect(opened).toEqual([name]);
        return { ...server, close };
      },
    }),
  );
  const waiting = () =>
    fixture.server.value(
      `select count(*) from pg_stat_activity where application_name = 'holdfast drill' and query like '%pg_try_advisory_lock%'`,
      'postgres',
    );
  await expect.poll(waiting, { timeout: 60_000 }).toBe('2');
  expect(opened).toEqual([]);
  await holding.close();
  expect((await Promise.all(drills)).map(({ verdict }) => verdict)).toEqual(['proven', 'proven']);
});

describe('restored code that tries to leave the sandbox', () => {
  // Non-volatile code may not COPY itself; what it calls may.
  const volatile = (marker: string): string =>
    `create function go() returns void language plpgsql as $$ begin execute 'copy (select 1) to program ''touch ${marker}'''; end $$`;
  const escapes = (marker: string): readonly (readonly [string, string, string])[] => [
    [
      'an index expression',
      `create table t (id int); create function f(int) returns int language sql immutable as 'select 1'; create index on t (f(id)); insert into t values (1)`,
      `${volatile(marker)}; create or replace function f(int) returns int language plpgsql immutable as $$ begin perform public.go(); return 1; end $$`,
    ],
    [
      'a check constraint',
      `create table t (id int); create function f(int) returns boolean language sql immutable as 'select true'; alter table t add check (f(id)); insert into t values (1)`,
      `${volatile(marker)}; create or replace function f(int) returns boolean language plpgsql immutable as $$ begin perform public.go(); return true; end $$`,
    ],
    [
      'reading a file of the server',
      `create table t (id int); create function f(int) returns int language sql immutable as 'select 1'; create index on t (f(id)); insert into t values (1)`,
      `create or replace function f(int) returns int language plpgsql immutable as $$ begin perform pg_read_file('/etc/passwd'); return 1; end $$`,
    ],
  ];
  test.each([0, 1, 2])('case %i is stopped by the missing right, and nothing was run', async (index) => {
    const marker = `/tmp/hf-escaped-${process.pid}-${index}`;
    const [name, harmless, hostile] = escapes(marker)[index] ?? ['', '', ''];
    const id = `escape_${index}`;
    await fixture.server.createDatabase(id);
    // The function turns hostile only when the rows are in: the source itself must not run it.
    await fixture.server.psql(harmless, id);
    await fixture.server.psql(hostile, id);
    const { backup } = await fixture.backup(fixture.databaseOf(id));
    const result = await validate(backup.filename, 'restore');
    expect(result.verdict, name).toBe('invalid');
    expect(result.findings[0]?.detail).toMatch(/permission denied|must be superuser/);
    await expect(access(marker)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
