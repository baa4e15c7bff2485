import { access, chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDrillServer, validateBackup, type ValidateOptions } from '../src/index.ts';
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

const validate = (reference: string, level: ValidateOptions['level'], url?: string) =>
  validateBackup(fixture.contextOver(), {
    reference,
    level,
    openDrillServer: (manifest) => openDrillServer({ url }, manifest),
  });
const leftBehind = (): Promise<readonly string[]> => readdir(drillsDir);

test('a backup is proven by a drill, and the drill leaves nothing behind', async () => {
  const database = await fixture.withContent('proven');
  const { backup } = await fixture.backup(database);
  const result = await validate(backup.filename, 'restore');
  expect(result.findings.filter((finding) => finding.outcome === 'failed')).toEqual([]);
  expect(result.verdict).toBe('proven');
  expect(await leftBehind()).toEqual([]);
});

test('the lower levels say valid, never proven', async () => {
  const { backup } = await fixture.backup(await fixture.withContent('levels'));
  expect((await validate(backup.filename, 'checksum')).verdict).toBe('valid');
  expect((await validate(backup.filename, 'structure')).verdict).toBe('valid');
});

test("a server of one's own serves as well, and is left as it was", async () => {
  const { backup } = await fixture.backup(await fixture.withContent('own_server'));
  const rolesBefore = await fixture.server.value(
    "select string_agg(rolname, ',' order by rolname) from pg_roles",
    'postgres',
  );
  expect((await validate(backup.filename, 'restore', fixture.server.url('postgres'))).verdict).toBe('proven');
  expect(
    await fixture.server.value("select string_agg(rolname, ',' order by rolname) from pg_roles", 'postgres'),
  ).toBe(rolesBefore);
  expect(
    await fixture.server.value("select count(*) from pg_database where datname like 'drill%'", 'postgres'),
  ).toBe('0');
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
