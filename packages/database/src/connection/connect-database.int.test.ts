import { startTestPostgres, type TestPostgres } from '@holdfast/testing';
import { sql } from 'kysely';
import { types } from 'pg';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { connectDatabase } from './connect-database.ts';

let server: TestPostgres;
beforeAll(async () => {
  server = await startTestPostgres();
});
afterAll(() => server.stop());

function connect(url: string, options?: Parameters<typeof connectDatabase>[1]) {
  const db = connectDatabase(url, options);
  onTestFinished(() => db.destroy());
  return db;
}

const one = async (db: ReturnType<typeof connect>): Promise<unknown> =>
  (await sql<{ one: number }>`select 1 as one`.execute(db)).rows[0]?.one;

test('bigint is a number, time is RFC 3339 in UTC, for this pool alone', async () => {
  const before = types.getTypeParser(types.builtins.INT8);
  const db = connect(server.url('postgres'));
  const { rows } = await sql`
    select 9007199254740991::bigint as large, array[1, 2]::bigint[] as many, array[]::bigint[] as none,
      '2026-11-24 01:02:03.5+01'::timestamptz as at, null::bigint as nothing`.execute(db);
  expect(rows).toEqual([
    { large: 9_007_199_254_740_991, many: [1, 2], none: [], at: '2026-11-24T00:02:03.500Z', nothing: null },
  ]);
  expect(types.getTypeParser(types.builtins.INT8)).toBe(before);
});

test('a bigint that no number can hold is an error, not another number', async () => {
  const db = connect(server.url('postgres'));
  await expect(sql`select 9007199254740993::bigint as large`.execute(db)).rejects.toThrow('9007199254740993');
});

test.each([
  ['wrong password', (url: string) => url.replace(/:[^:@]+@/, ':wrong@')],
  ['no such database', (url: string) => url.replace(/postgres$/, 'missing')],
  ['nobody listens', (url: string) => url.replace(/:\d+\//, ':1/')],
])('%s: history_unavailable, without the password', async (_name, change) => {
  const db = connect(change(server.url('postgres')));
  const error: unknown = await one(db).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'history_unavailable' });
  expect(String(error)).not.toContain(server.target('postgres').password);
  expect(String(error)).not.toContain('wrong@');
});

test('no PostgreSQL URL', () => {
  expect(() => connectDatabase('mysql://app:hunter2@db/app')).toThrow(
    expect.objectContaining({ code: 'invalid_request', message: expect.not.stringContaining('hunter2') }),
  );
});

test('the server goes away in a transaction and comes back: told, then mended', async () => {
  const problems: Error[] = [];
  const db = connect(server.url('postgres'), { onProblem: (error) => problems.push(error) });
  expect(await one(db)).toBe(1);
  const broken = db.transaction().execute(async (tx) => {
    await sql`select 1`.execute(tx);
    await server.pause();
    await sql`select 2`.execute(tx);
  });
  await expect(broken).rejects.toMatchObject({ code: 'history_unavailable' });
  await expect(one(db)).rejects.toMatchObject({ code: 'history_unavailable' });
  await server.resume();
  expect(await one(db)).toBe(1);
});

test('what the server refuses keeps its own error, and the connection goes on', async () => {
  const db = connect(server.url('postgres'), { maxConnections: 1 });
  const pid = async (): Promise<unknown> => (await sql`select pg_backend_pid() as pid`.execute(db)).rows[0];
  const before = await pid();
  await expect(sql`select * from nowhere`.execute(db)).rejects.toMatchObject({ code: '42P01' });
  expect(await pid()).toEqual(before);
});

test('a connection that is killed while idle is told and replaced', async () => {
  const told = Promise.withResolvers<Error>();
  const db = connect(server.url('postgres'), { applicationName: 'idle one', onProblem: told.resolve });
  expect(await one(db)).toBe(1);
  await server.psql(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'idle one'`,
  );
  await told.promise;
  expect(await one(db)).toBe(1);
});
