import { open, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { previousName, undoRestore } from '../src/index.ts';
import { newRun, startEngineFixture, type EngineFixture } from './setup.ts';

let fixture: EngineFixture;
beforeAll(async () => {
  fixture = await startEngineFixture();
});
afterAll(() => fixture.stop());

const rowsOf = async (name: string): Promise<number> =>
  Number(await fixture.server.value('select count(*) from "Weird Schema"."Tâble ""x"""', name));
const databases = async (like: string): Promise<string> =>
  String(
    await fixture.server.value(
      `select coalesce(string_agg(datname, ',' order by datname), '') from pg_database where datname like '${like}'`,
      'postgres',
    ),
  );

describe('swap', () => {
  test('into an occupied database with live connections: new content, old kept, undo brings it back', async () => {
    const database = await fixture.withContent('occupied');
    const { backup } = await fixture.backup(database);
    await fixture.server.psql(
      'delete from "Weird Schema"."Tâble ""x""" where id > 10; alter database occupied set work_mem = \'7MB\'; comment on database occupied is \'ours\'',
      'occupied',
    );
    const sessions = await Promise.all(Array.from({ length: 5 }, () => fixture.server.session('occupied')));
    const run = newRun();
    let safety = 0;
    const result = await fixture.restore(
      database,
      { filename: backup.filename },
      {
        run,
        safetyBackup: async () => {
          safety += 1;
          return 'safety.dump.zst';
        },
      },
    );
    expect(result).toMatchObject({
      databaseName: 'occupied',
      previousDatabaseName: previousName('occupied', run),
      safetyBackup: 'safety.dump.zst',
      rowsCount: backup.rowsCount,
    });
    expect(safety).toBe(1);
    expect(await rowsOf('occupied')).toBe(2000);
    expect(await rowsOf(previousName('occupied', run))).toBe(10);
    expect(await fixture.server.value('show work_mem', 'occupied')).toBe('7MB');
    expect(
      await fixture.server.value(
        "select shobj_description(oid, 'pg_database') from pg_database where datname = 'occupied'",
        'postgres',
      ),
    ).toBe('ours');
    await Promise.all(sessions.map((session) => session.end().catch(() => undefined))); // the swap ended them

    await undoRestore({ database, restore: run, keepMs: 1_000 });
    expect(await rowsOf('occupied')).toBe(10);
    await expect(undoRestore({ database, restore: run, keepMs: 1_000 })).resolves.toBeDefined();
    await expect(undoRestore({ database, restore: newRun(), keepMs: 1_000 })).rejects.toMatchObject({
      code: 'undo_unavailable',
    });
  });

  test('begun again after its worker died behind the swap, it tells what was done and does nothing twice', async () => {
    const database = await fixture.withContent('again');
    const { backup } = await fixture.backup(database);
    const run = newRun();
    await fixture.restore(database, { filename: backup.filename }, { run });
    await fixture.server.psql('delete from "Weird Schema"."Tâble ""x""" where id > 5', 'again');
    const second = await fixture.restore(database, { filename: backup.filename }, { run, attempt: 2 });
    expect(second.previousDatabaseName).toBe(previousName('again', run));
    expect(await rowsOf('again')).toBe(5);
  });

  test('stopped before the swap, the live database is as it was and nothing half-built stays', async () => {
    const database = await fixture.withContent('stopped');
    const { backup } = await fixture.backup(database);
    await fixture.server.psql('delete from "Weird Schema"."Tâble ""x""" where id > 3', 'stopped');
    const refuse = (): Promise<never> => Promise.reject(new Error('cancelled at the last moment'));
    await expect(
      fixture.restore(database, { filename: backup.filename }, { beforeSwap: refuse }),
    ).rejects.toThrow('last moment');
    expect(await rowsOf('stopped')).toBe(3);
    expect(await databases('stopped_%')).toBe('');
  });

  test('a failing safety backup ends it before anything is touched', async () => {
    const database = await fixture.withContent('unsafe');
    const { backup } = await fixture.backup(database);
    const refuse = (): Promise<never> => Promise.reject(new Error('disk full'));
    await expect(
      fixture.restore(database, { filename: backup.filename }, { safetyBackup: refuse }),
    ).rejects.toThrow('disk full');
    expect(await databases('unsafe_%')).toBe('');
  });

  test('a role that the content needs and the server lacks is named before anything is touched', async () => {
    const database = await fixture.withContent('roles');
    await fixture.server.psql('create role reader_x; grant select on empty to reader_x', 'roles');
    const { backup } = await fixture.backup(database);
    await fixture.server.psql('drop owned by reader_x; drop role reader_x', 'roles');
    await expect(fixture.restore(database, { filename: backup.filename })).rejects.toMatchObject({
      code: 'preflight_failed',
      message: expect.stringContaining('reader_x'),
    });
  });

  test('such a role is made on request, with its memberships and without the rights of a superuser', async () => {
    const database = await fixture.withContent('with_roles');
    await fixture.server.psql(
      'create role readers_y; create role reader_y login createdb superuser; grant readers_y to reader_y; grant select on empty to reader_y, readers_y',
      'with_roles',
    );
    const { backup } = await fixture.backup(database);
    await fixture.server.psql(
      'drop owned by reader_y, readers_y; drop role reader_y, readers_y',
      'with_roles',
    );
    const { warnings } = await fixture.restore(database, { filename: backup.filename, withRoles: true });
    expect(warnings).toEqual([
      'Made the roles "reader_y", "readers_y".',
      'The role "reader_y" was made without SUPERUSER; give it that yourself if it shall have it.',
    ]);
    const rights =
      "select rolcreatedb::text || rolcanlogin || rolsuper from pg_roles where rolname = 'reader_y'";
    expect(await fixture.server.value(rights, 'postgres')).toBe('truetruefalse');
    const member = "select pg_has_role('reader_y', 'readers_y', 'member')::text";
    expect(await fixture.server.value(member, 'postgres')).toBe('true');
    const granted = "select has_table_privilege('reader_y', 'empty', 'select')::text";
    expect(await fixture.server.value(granted, 'with_roles')).toBe('true');
  });
});

describe('the other modes', () => {
  test('in-place restores in one transaction and refuses extra objects unless told', async () => {
    const database = await fixture.withContent('in_place');
    const { backup } = await fixture.backup(database);
    await fixture.server.psql(
      'delete from "Weird Schema"."Tâble ""x"""; create table extra (id int)',
      'in_place',
    );
    await expect(
      fixture.restore(database, { filename: backup.filename, mode: 'in-place' }),
    ).rejects.toMatchObject({ code: 'extra_objects', message: expect.stringContaining('extra') });
    await fixture.restore(database, { filename: backup.filename, mode: 'in-place', keepExtra: true });
    expect(await rowsOf('in_place')).toBe(2000);
    expect(await fixture.server.value('select count(*) from extra', 'in_place')).toBe('0');
  });

  test('new makes another database and never takes a name that is in use', async () => {
    const database = await fixture.withContent('source');
    const { backup } = await fixture.backup(database);
    const result = await fixture.restore(database, {
      filename: backup.filename,
      mode: 'new',
      newDatabaseName: 'source copy',
    });
    expect(result.databaseName).toBe('source copy');
    expect(await rowsOf('source copy')).toBe(2000);
    await expect(
      fixture.restore(database, { filename: backup.filename, mode: 'new', newDatabaseName: 'source copy' }),
    ).rejects.toMatchObject({ code: 'name_taken' });
  });
});

describe('a backup that is not whole is refused before anything is touched', () => {
  const damaged = [
    ['cut at the end', 'archive_truncated', async (file: string, size: number) => truncate(file, size - 1)],
    [
      'cut in the middle',
      'archive_truncated',
      async (file: string, size: number) => truncate(file, Math.floor(size / 2)),
    ],
    ['empty', 'archive_truncated', async (file: string) => truncate(file, 0)],
    [
      'one bit flipped',
      'archive_corrupt',
      async (file: string, size: number) => flipBit(file, Math.floor(size / 2)),
    ],
    ['longer than it was', 'archive_corrupt', async (file: string) => writeFile(file, 'x', { flag: 'a' })],
    ['gone', 'data_missing', async (file: string) => rm(file)],
  ] as const;
  test.each(damaged)('%s: %s', async (name, code, damage) => {
    const id = `damaged_${damaged.findIndex(([each]) => each === name)}`;
    const database = await fixture.withContent(id);
    const manifest = await fixture.backup(database);
    await damage(join(fixture.dir, manifest.data.key), manifest.data.sizeBytes);
    const safetyBackup = (): Promise<never> => Promise.reject(new Error('it went too far'));
    await expect(
      fixture.restore(database, { filename: manifest.backup.filename }, { safetyBackup }),
    ).rejects.toMatchObject({ code });
    expect(await databases(`${id}_%`)).toBe('');
  });

  test('a manifest that is none', async () => {
    const database = await fixture.withContent('bad_manifest');
    const { backup } = await fixture.backup(database);
    await writeFile(
      join(fixture.dir, 'bad_manifest', `${backup.name}.manifest.json`),
      '{"manifestVersion":1',
    );
    await expect(fixture.restore(database, { filename: backup.filename })).rejects.toMatchObject({
      code: 'manifest_invalid',
    });
    expect(await fixture.repository.list({ database: 'bad_manifest' })).toMatchObject([
      { problem: 'manifest_invalid' },
    ]);
  });

  test('data without a manifest is listed as what it is', async () => {
    const database = await fixture.withContent('orphan');
    const manifest = await fixture.backup(database);
    await rm(join(fixture.dir, 'orphan', `${manifest.backup.name}.manifest.json`));
    expect(await fixture.repository.list({ database: 'orphan' })).toMatchObject([
      { problem: 'manifest_missing', key: manifest.data.key },
    ]);
  });
});

async function flipBit(file: string, at: number): Promise<void> {
  const handle = await open(file, 'r+');
  const byte = Buffer.alloc(1);
  await handle.read(byte, 0, 1, at);
  byte.writeUInt8(byte.readUInt8(0) ^ 0x10, 0);
  await handle.write(byte, 0, 1, at);
  await handle.close();
}
