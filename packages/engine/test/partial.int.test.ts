import { backupRequestSchema, type BackupRequest, type Manifest } from '@holdfast/contracts';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openDrillServer, validateBackup, type DatabaseTarget } from '../src/index.ts';
import { startEngineFixture, type EngineFixture } from './setup.ts';

const CONTENT = `
create schema sales;
create table sales.orders (id int primary key, total int);
create table sales.lines (id int primary key);
create table public.other (id int);
insert into sales.orders select i, i * 2 from generate_series(1, 500) i;
insert into sales.lines select generate_series(1, 300);
insert into other select generate_series(1, 200);
`;
let fixture: EngineFixture;
let database: DatabaseTarget;
let number = 0;
beforeAll(async () => {
  fixture = await startEngineFixture();
});
afterAll(() => fixture.stop());
beforeEach(async () => {
  const name = `partial_${(number += 1)}`;
  await fixture.server.createDatabase(name);
  await fixture.server.psql(CONTENT, name);
  database = fixture.databaseOf(name);
});

const back = (selection?: BackupRequest['selection']): Promise<Manifest> =>
  fixture.backup(database, { request: backupRequestSchema.parse(selection ? { selection } : {}) });
const tablesOf = async (name: string): Promise<string | null> =>
  fixture.server.value(
    "select string_agg(schemaname || '.' || tablename, ' ' order by schemaname, tablename) from pg_tables where schemaname in ('sales', 'public')",
    name,
  );
const as = (): string => `${database.id}_back`;

test.each([
  ['a schema', { schemas: ['sales'] }, 'sales.lines sales.orders'],
  ['a table', { tables: ['sales.orders'] }, 'sales.orders'],
  ['patterns', { tables: ['sales.l*', 'public.other'] }, 'public.other sales.lines'],
])(
  'a backup of %s restores it and nothing else, and is valid, never proven',
  async (_name, selection, expected) => {
    const { backup } = await back(selection);
    expect(backup.selection).toEqual(selection);
    await fixture.restore(database, { filename: backup.filename, mode: 'new', newDatabaseName: as() });
    expect(await tablesOf(as())).toBe(expected);
    const validated = await validateBackup(fixture.contextOver(), {
      reference: backup.filename,
      level: 'restore',
      openDrillServer: (of) => openDrillServer({}, of),
    });
    expect(validated.verdict).toBe('valid');
  },
);

test('without the rows of some tables', async () => {
  const { backup } = await back({ excludeTableData: ['sales.lines'] });
  await fixture.restore(database, { filename: backup.filename, mode: 'new', newDatabaseName: as() });
  expect(await tablesOf(as())).toBe('public.other sales.lines sales.orders');
  expect(await fixture.server.value('select count(*) from sales.lines', as())).toBe('0');
  expect(await fixture.server.value('select count(*) from sales.orders', as())).toBe('500');
  const drilled = await validateBackup(fixture.contextOver(), {
    reference: backup.filename,
    level: 'restore',
    openDrillServer: (of) => openDrillServer({}, of),
  });
  expect(drilled.verdict).toBe('valid');
  expect(drilled.findings.at(-1)).toMatchObject({ check: 'selection', outcome: 'skipped' });
});

test('one table of a whole backup, over what is there: the rest stays as it is', async () => {
  const { backup } = await back();
  await fixture.server.psql('delete from sales.orders where id > 10; delete from other', database.id);
  await fixture.restore(database, {
    filename: backup.filename,
    mode: 'in-place',
    selection: { tables: ['sales.orders'] },
  });
  expect(await fixture.server.value('select count(*) from sales.orders', database.id)).toBe('500');
  expect(await fixture.server.value('select count(*) from other', database.id)).toBe('0');
});

test('one schema of a whole backup into a database of its own', async () => {
  const { backup } = await back();
  await fixture.restore(database, {
    filename: backup.filename,
    mode: 'new',
    newDatabaseName: as(),
    selection: { schemas: ['sales'] },
  });
  expect(await tablesOf(as())).toBe('sales.lines sales.orders');
});

test('a part never takes the place of the whole', async () => {
  const whole = await back();
  const part = await back({ schemas: ['sales'] });
  for (const request of [
    { filename: part.backup.filename },
    { filename: whole.backup.filename, selection: { schemas: ['sales'] } },
  ])
    await expect(fixture.restore(database, request)).rejects.toMatchObject({ code: 'preflight_failed' });
  expect(await tablesOf(database.id)).toBe('public.other sales.lines sales.orders');
});

test('a pattern that matches nothing is invalid_request and leaves nothing', async () => {
  await expect(back({ tables: ['sales.none'] })).rejects.toMatchObject({ code: 'invalid_request' });
});

test('nothing builds on a part', async () => {
  await back({ schemas: ['sales'] });
  const request = backupRequestSchema.parse({ type: 'incremental' });
  expect((await fixture.backup(database, { request })).backup.type).toBe('full');
});
