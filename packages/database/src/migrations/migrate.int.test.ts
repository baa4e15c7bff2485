import { startTestPostgres, type TestPostgres } from '@holdfast/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { connectDatabase, type HistoryDatabase } from '../connection/connect-database.ts';
import { grantReadOnly } from '../connection/grant-read-only.ts';
import { allMigrations } from './all-migrations.ts';
import { migrate } from './migrate.ts';

let server: TestPostgres;
beforeAll(async () => {
  server = await startTestPostgres();
});
afterAll(() => server.stop());

let made = 0;
async function emptyDatabase(): Promise<{ readonly db: HistoryDatabase; readonly name: string }> {
  const name = `migrate_${(made += 1)}`;
  await server.createDatabase(name);
  const db = connectDatabase(server.url(name));
  onTestFinished(() => db.destroy());
  return { db, name };
}

const names = allMigrations.map(({ name }) => name);

const relations = async (db: HistoryDatabase): Promise<readonly string[]> => {
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_class where relnamespace = 'holdfast'::regnamespace and relkind in ('r', 'v')
    order by 1`.execute(db);
  return rows.map(({ name }) => name);
};

test('migrations are in order, each name once', () => {
  expect([...new Set(names)].sort()).toEqual(names);
});

test('an empty database gets all of it; again nothing happens', async () => {
  const { db } = await emptyDatabase();
  expect(await migrate(db)).toEqual(names);
  expect(await migrate(db)).toEqual([]);
  expect(await relations(db)).toEqual([
    'activity',
    'audit',
    'backups',
    'happenings',
    'migrations',
    'projection',
    'restores',
    'runs',
    'validations',
  ]);
});

test.each([
  ['0001-runs', ['runs', 'restores']],
  ['0002-backups', ['backups', 'validations']],
  ['0003-projection', ['projection']],
  ['0004-activity', ['activity']],
  ['0005-audit', ['audit']],
  ['0006-happenings', ['happenings']],
])('%s goes on from the one before it', async (name, added) => {
  const { db } = await emptyDatabase();
  const index = names.indexOf(name);
  await migrate(db, allMigrations.slice(0, index));
  const before = await relations(db);
  expect(await migrate(db, allMigrations.slice(0, index + 1))).toEqual([name]);
  const after = await relations(db);
  expect(after.filter((each) => !before.includes(each)).sort()).toEqual([...added].sort());
  for (const each of after) await sql`select * from ${sql.id('holdfast', each)}`.execute(db);
});

test('every migration is covered above', () => {
  expect(names).toEqual([
    '0001-runs',
    '0002-backups',
    '0003-projection',
    '0004-activity',
    '0005-audit',
    '0006-happenings',
  ]);
});

test('several replicas that start at once migrate once', async () => {
  const { db, name } = await emptyDatabase();
  const replicas = Array.from({ length: 4 }, () => connectDatabase(server.url(name)));
  onTestFinished(async () => void (await Promise.all(replicas.map((each) => each.destroy()))));
  const applied = await Promise.all(replicas.map((each) => migrate(each)));
  expect(applied.flat()).toEqual(names);
  expect(await migrate(db)).toEqual([]);
});

test('all or nothing: what a failing migration began is taken back', async () => {
  const { db } = await emptyDatabase();
  const broken = { name: '9000-broken', up: () => Promise.reject(new Error('no')) };
  await expect(migrate(db, [...allMigrations, broken])).rejects.toThrow('no');
  expect(await migrate(db)).toEqual(names);
});

test('a database of a newer release is refused by name', async () => {
  const { db } = await emptyDatabase();
  await migrate(db, [...allMigrations, { name: '9999-later', up: () => Promise.resolve() }]);
  await expect(migrate(db)).rejects.toMatchObject({
    code: 'history_unavailable',
    message: expect.stringContaining('9999-later'),
  });
});

test('a read-only role reads everything, also what comes later, and changes nothing', async () => {
  const { db, name } = await emptyDatabase();
  await migrate(db);
  await server.psql(`create role "a ""gateway""" login password 'secret'`);
  await grantReadOnly(db, 'a "gateway"');
  await grantReadOnly(db, 'a "gateway"');
  await sql`create table holdfast.later (x int)`.execute(db);
  const { host, port } = server.target(name);
  const reader = connectDatabase(`postgres://a%20%22gateway%22:secret@${host}:${port}/${name}`);
  onTestFinished(() => reader.destroy());
  for (const each of ['runs', 'backups', 'activity', 'projection', 'later']) {
    await sql`select * from ${sql.id('holdfast', each)}`.execute(reader);
  }
  await expect(sql`delete from holdfast.runs`.execute(reader)).rejects.toMatchObject({ code: '42501' });
  await expect(
    sql`insert into holdfast.audit select * from holdfast.audit`.execute(reader),
  ).rejects.toMatchObject({ code: '42501' });
  await expect(sql`create table holdfast.mine (x int)`.execute(reader)).rejects.toMatchObject({
    code: '42501',
  });
});
