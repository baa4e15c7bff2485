import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestPostgres, type TestPostgres } from '@holdfast/testing';
import { generateMutation, generateSample, mutatedRows, sampleManifest } from './index.ts';

const SIZE = { megabytes: 50, seed: 1 };
const SMALL = { megabytes: 3, seed: 2 };
let server: TestPostgres;

beforeAll(async () => {
  server = await startTestPostgres();
  await loadAsOwner('owned'); // first, while the sample's roles are not there
  await server.createDatabase('sample');
  await server.load('sample', generateSample(SIZE));
});
afterAll(() => server.stop());

/** Runs a pipeline of PostgreSQL's programs and answers what it printed; any failing part fails it. */
async function shell(script: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script, 'bash', ...args], {
    env: { PATH: `${server.tools.dir}:${process.env['PATH']}` },
    maxBuffer: 2 ** 28,
  });
  return stdout;
}

const cli = join(import.meta.dirname, 'cli.ts');

async function loadAsOwner(database: string): Promise<void> {
  await server.psql("create role plain_owner login password 'x' nosuperuser nocreatedb nocreaterole");
  await server.psql(`create database ${database} owner plain_owner template template0 encoding 'UTF8'`);
  const url = new URL(server.url(database));
  url.username = 'plain_owner';
  url.password = 'x';
  await shell(
    '"$1" "$2" --megabytes 3 --seed 2 | psql -X -q -v ON_ERROR_STOP=1 -1 "$3" > /dev/null',
    process.execPath,
    cli,
    url.href,
  );
}

const count = async (what: string, database = 'sample'): Promise<number> =>
  Number(await server.value(`select count(*) from ${what}`, database));

test('every table has the rows of the manifest', async () => {
  const { tables, largeObjects } = sampleManifest(SIZE);
  for (const [table, rows] of Object.entries(tables))
    expect([table, await count(table)]).toEqual([table, rows]);
  expect(await count('pg_largeobject_metadata')).toBe(largeObjects);
});

test('the manifest leaves no table out but the hash partitions', async () => {
  const { tables } = sampleManifest(SIZE);
  const listed = Object.keys(tables).map((table) => `'${table.replaceAll("'", "''")}'::regclass`);
  const others = await server.value(
    `select string_agg(oid::regclass::text, ' ' order by oid::regclass::text) from pg_class
      where relkind in ('r', 'p', 'm') and relnamespace::regnamespace::text !~ '^(pg_|information_schema)'
        and oid not in (${listed.join(', ')})`,
    'sample',
  );
  expect(others).toMatch(/^(vocabulary_progress_\d ?){4}$/);
});

test('the database is as large as was asked for, within a quarter', async () => {
  const megabytes = Number(await server.value("select pg_database_size('sample')", 'postgres')) / 1e6;
  expect(megabytes).toBeGreaterThan(SIZE.megabytes * 0.75);
  expect(megabytes).toBeLessThan(SIZE.megabytes * 1.25);
});

test.each([
  ['a very wide row', 'public.essays where length(body) > 9000000', 1],
  ['names in Vietnamese', "public.users where search_name ~ 'nguyễn'", 50],
  ['NaN', "content.questions where difficulty = 'NaN'", 5],
  ['infinity', "public.users where subscribed_until = 'infinity'", 5],
  ['minus infinity', "public.answers where answered_at = '-infinity'", 5],
  ['open ranges', "public.room_bookings where upper_inf(during) or upper(during) = 'infinity'", 5],
  ['certificates by a function of another schema', "public.certificates where code ~ '^TC-00001'", 10],
  ['hits in the full-text index', "content.questions where search @@ to_tsquery('english', 'budget')", 5],
])('it has %s', async (_what, where, least) => {
  expect(await count(where)).toBeGreaterThanOrEqual(least);
});

test('dumped and restored, it dumps the same again, and its sequences go on after the last row', async () => {
  await server.createDatabase('restored');
  await shell(
    'pg_dump -Fc -Z0 "$1" | pg_restore --exit-on-error -d "$2"',
    server.url('sample'),
    server.url('restored'),
  );
  // A restored expression may lose needless parentheses, rows with long values may change places.
  const digest = (database: string): Promise<string> =>
    shell(
      `pg_dump "$1" | grep -av '^.\\(un\\)\\?restrict ' | tr -d '()' | LC_ALL=C sort | sha256sum`,
      server.url(database),
    );
  expect(await digest('restored')).toBe(await digest('sample'));
  const last = async (sequence: string): Promise<number> =>
    Number(await server.value(`select last_value from ${sequence}`, 'restored'));
  const { tables } = sampleManifest(SIZE);
  expect(await last('users_id_seq')).toBe(tables['public.users']);
  expect(await last('answers_id_seq')).toBeGreaterThanOrEqual(tables['public.answers'] ?? 0);
  expect(await last('"Analytics"."Certificate Numbers"')).toBeGreaterThan(1_000);
});

test("the command line's output loads with psql as an owner without rights, but for the roles' grants", async () => {
  const { tables } = sampleManifest(SMALL);
  expect(await count('public.answers', 'owned')).toBe(tables['public.answers']);
  expect(await count("pg_policies where policyname = 'app_writes'", 'owned')).toBe(0);
  expect(await count("pg_policies where policyname = 'app_writes'", 'sample')).toBe(1);
});

test('a reader that goes away ends the command line quietly', async () => {
  const { stdout, stderr } = await promisify(execFile)('bash', [
    '-c',
    '"$1" "$2" --megabytes 200 | head -c 100000 | wc -c; echo "${PIPESTATUS[0]}"',
    'bash',
    process.execPath,
    cli,
  ]);
  expect(stdout.trim().split(/\s+/)).toEqual(['100000', '0']);
  expect(stderr).toBe('');
});

test('each mutation changes the rows it says', async () => {
  await server.createDatabase('mutated');
  const size = { megabytes: 3, seed: 1 };
  await server.load('mutated', generateSample(size));
  const before = await count('public.answers', 'mutated');
  for (const kind of ['append', 'update-spread', 'update-newest', 'append'] as const) {
    const options = { ...size, seed: 9, kind, percent: 5 };
    const snapshot = await server.value('select txid_current()', 'mutated');
    await server.load('mutated', generateMutation(options));
    const changed = await count(`public.answers where xmin::text::bigint > ${snapshot}`, 'mutated');
    expect([kind, changed]).toEqual([kind, mutatedRows(options)]);
  }
  const appended = mutatedRows({ ...size, kind: 'append', percent: 5 });
  expect(await count('public.answers', 'mutated')).toBe(before + 2 * appended);
  expect(await count('public.answers_2026', 'mutated')).toBe(2 * appended);
});
