import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ValidationLevel } from '@holdfast/contracts';
import {
  findForeign,
  listForeign,
  lookUp,
  openDrillServer,
  openRepository,
  previousName,
  receiveUpload,
  removeForeign,
  tidyRestore,
  validateBackup,
  type EngineContext,
  type Upload,
} from '../src/index.ts';
import { filesIn, newRun, startEngineFixture, type EngineFixture } from './setup.ts';

const run = promisify(execFile);
const LEGACY = ['--encoding=UTF8', '--clean', '--if-exists', '--no-owner', '--no-privileges'];

let fixture: EngineFixture;
/** Others look at what drills leave in the system's. */
let scratchDir: string;
let plain: Buffer;
let custom: Buffer;
/** What pg_dump writes unless told otherwise. */
let withOwners: Buffer;
beforeAll(async () => {
  fixture = await startEngineFixture();
  scratchDir = await mkdtemp(join(tmpdir(), 'hf-foreign-'));
  await chmod(scratchDir, 0o755); // the cluster's OS user goes through it
  await fixture.server.psql('create role app_owner; create role stranger');
  await fixture.withContent('origin');
  plain = await dump('origin', '--format=plain', ...LEGACY);
  custom = await dump('origin', '--format=custom');
  await fixture.withContent('theirs');
  await fixture.server.psql(
    `alter schema "Weird Schema" owner to app_owner;
     do $$ declare each text; begin
       for each in select format('table %s', oid::regclass) from pg_class where relkind = 'r' and relnamespace::regnamespace::text in ('public', '"Weird Schema"')
         union all select format('materialized view %s', oid::regclass) from pg_class where relkind = 'm' and relnamespace = 'public'::regnamespace
         union all select format('large object %s', oid) from pg_largeobject_metadata
       loop execute 'alter ' || each || ' owner to app_owner'; end loop;
     end $$;
     grant select on empty to stranger`,
    'theirs',
  );
  withOwners = await dump('theirs', '--format=plain');
});
afterAll(async () => {
  await fixture.stop();
  await rm(scratchDir, { recursive: true });
});

let file: string;
let number = 0;
beforeEach(() => {
  number += 1;
  file = `backup_${number}.sql`;
});

async function dump(database: string, ...args: readonly string[]): Promise<Buffer> {
  const { password = '', host, port, user } = fixture.server.target(database);
  const { stdout } = await run(
    join(fixture.server.tools.dir, 'pg_dump'),
    ['--host', host, '--port', String(port), '--username', user, ...args, database],
    { encoding: 'buffer', maxBuffer: 1 << 28, env: { PGPASSWORD: password } },
  );
  return stdout;
}

const put = (name: string, bytes: string | Uint8Array): Promise<void> =>
  writeFile(join(fixture.dir, name), bytes);

const validate = (reference: string, level: ValidationLevel, change: Partial<EngineContext> = {}) =>
  validateBackup(
    { ...fixture.contextOver(), ...change },
    { reference, level, openDrillServer: (needs) => openDrillServer({ scratchDir }, needs) },
  );

/** A database whose owner has no special right, as an application's should be. */
async function owned(name: string): Promise<ReturnType<EngineFixture['databaseOf']>> {
  await fixture.server.createDatabase(name);
  await fixture.server.psql(`alter database ${name} owner to app_owner`);
  await fixture.server.psql('create table old (i int); alter table old owner to app_owner', name);
  return fixture.databaseOf(name);
}

const rows = (name: string) =>
  fixture.server.value('select count(*) from "Weird Schema"."Tâble ""x"""', name);
const owners = (name: string) =>
  fixture.server.value(
    `select string_agg(distinct pg_get_userbyid(relowner), ',') from pg_class where relnamespace::regnamespace::text !~ '^(pg_|information)'`,
    name,
  );
const logins = () =>
  fixture.server.value(
    "select coalesce(string_agg(rolname, ','), 'none') from pg_roles where rolname like 'holdfast\\_%' or rolname like 'drill\\_%'",
  );
const databases = (like: string) =>
  fixture.server.value(
    `select coalesce(string_agg(datname, ',' order by datname), '') from pg_database where datname like '${like}'`,
  );

describe('what lies in the repository', () => {
  test('is listed with what its name and its place say, and ours is not among it', async () => {
    const database = await fixture.withContent('listed');
    const { backup } = await fixture.backup(database);
    await mkdir(join(fixture.dir, 'app'), { recursive: true });
    await put('auto_backup_20231215_143022.sql', plain);
    await put('listed_20240101.sql.gz', gzipSync(plain));
    await put('app/before.dump', custom);
    await put('app/notes.txt', 'x');
    await put('app/half.sql.0123456789ab.part', 'x');
    const { storage } = fixture.repository;
    const found = await listForeign(storage);
    expect(found.map(({ key, kind, database: id, compression }) => [key, kind, id, compression])).toEqual(
      expect.arrayContaining([
        ['auto_backup_20231215_143022.sql', 'plain', undefined, 'none'],
        ['listed_20240101.sql.gz', 'plain', 'listed', 'gzip'],
        ['app/before.dump', 'custom', 'app', 'none'],
      ]),
    );
    expect(found).toHaveLength(3);
    expect((await listForeign(storage, { database: 'app' })).map(({ filename }) => filename)).toEqual([
      'before.dump',
    ]);
    expect(await findForeign(storage, 'auto_backup_20231215_143022.sql')).toMatchObject({
      origin: 'foreign',
      createdAt: '2023-12-15T14:30:22.000Z',
      sizeBytes: plain.length,
      description: '',
    });
    expect(await lookUp(fixture.repository, backup.filename)).toMatchObject({ manifestVersion: 1 });
    await expect(lookUp(fixture.repository, 'gone.sql')).rejects.toMatchObject({ code: 'backup_not_found' });
    await expect(lookUp(fixture.repository, '../x.sql')).rejects.toMatchObject({ code: 'path_refused' });
    await expect(findForeign(storage, 'app/before.dump')).rejects.toMatchObject({ code: 'path_refused' });
    await put('before.dump', custom);
    await expect(findForeign(storage, 'before.dump')).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringMatching(/two files.*app\/before\.dump.*rename/),
    });
    for (const key of [
      'before.dump',
      'app/before.dump',
      'auto_backup_20231215_143022.sql',
      'listed_20240101.sql.gz',
    ])
      await rm(join(fixture.dir, key));
  });

  test('is removed with what was noted of it', async () => {
    await put(file, plain);
    await put(`${file}.upload.json`, '{}');
    const found = await findForeign(fixture.repository.storage, file);
    expect(await removeForeign(fixture.repository.storage, found)).toBe(plain.length);
    expect(await removeForeign(fixture.repository.storage, found)).toBe(0);
    expect(await filesIn(fixture.dir)).not.toContain(`${file}.upload.json`);
  });
});

describe('validation', () => {
  test.each([
    ['plain SQL', 'v.sql', () => plain],
    ['plain SQL in gzip', 'v.sql.gz', () => gzipSync(plain)],
    ['plain SQL in zstd', 'v.sql.zst', () => zstdCompressSync(plain)],
    ['plain SQL with owners and grants', 'v.sql', () => withOwners],
    ["pg_dump's custom format", 'v.dump', () => custom],
    ["pg_dump's custom format in zstd", 'v.dump.zst', () => zstdCompressSync(custom)],
    ['plain SQL that is called a dump', 'v.dump', () => plain],
  ] as const)('%s is valid at every level and proven at none', async (_name, name, bytes) => {
    await put(name, bytes());
    const checksum = await validate(name, 'checksum');
    expect(checksum).toMatchObject({ filename: name, name, verdict: 'valid' });
    expect(checksum.findings).toContainEqual(
      expect.objectContaining({
        check: 'sha256',
        outcome: 'skipped',
        detail: expect.stringMatching(/no manifest/),
      }),
    );
    const structure = await validate(name, 'structure');
    expect(structure).toMatchObject({ verdict: 'valid', findings: [{ check: 'structure', outcome: 'ok' }] });
    const drill = await validate(name, 'restore');
    expect(drill.findings).toMatchObject([
      { check: 'restore', outcome: 'ok', detail: expect.stringMatching(/2 tables, 2000 rows/) },
      { check: 'fingerprint', outcome: 'skipped' },
    ]);
    expect(drill.verdict).toBe('valid');
    await rm(join(fixture.dir, name));
  });

  test.each([
    ['cut in COPY data', () => plain.subarray(0, plain.length / 2), 'archive_truncated'],
    [
      'cut before its closing line',
      () => plain.subarray(0, plain.lastIndexOf('\n-- PostgreSQL database dump complete')),
      'archive_truncated',
    ],
    [
      'with a command of psql',
      () => Buffer.concat([plain, Buffer.from('\\! touch /tmp/x\n')]),
      'invalid_backup',
    ],
    ['with a NUL', () => Buffer.concat([Buffer.from('select 1;\0'), plain]), 'invalid_backup'],
    ['no dump at all', () => randomBytes(1_000), 'invalid_backup'],
    ['empty', () => Buffer.alloc(0), 'archive_truncated'],
    ['gzip that is cut', () => gzipSync(plain).subarray(0, -9), 'archive_truncated'],
    ['a custom dump that is cut', () => custom.subarray(0, -100), 'archive_truncated'],
  ] as const)('%s is invalid', async (_name, bytes, code) => {
    await put(file, bytes());
    const result = await validate(file, 'structure');
    expect(result).toMatchObject({ verdict: 'invalid', findings: [{ outcome: 'failed' }] });
    expect(result.findings[0]?.detail).toMatch(new RegExp(`^${code}: `));
  });

  test('SQL by hand is valid, and nothing says that it is whole', async () => {
    await put(file, 'create table t (i int);\ninsert into t values (1);\n');
    expect(await validate(file, 'structure')).toMatchObject({
      verdict: 'valid',
      findings: [{ outcome: 'ok' }, { check: 'end', outcome: 'skipped' }],
    });
  });

  test('a drill shows what only a server can see', async () => {
    await put(file, 'create table t (i int);\ninsert into gone values (1);\n');
    expect(await validate(file, 'restore')).toMatchObject({
      verdict: 'invalid',
      findings: [{ check: 'restore', detail: expect.stringMatching(/"gone" does not exist/) }],
    });
    await put(file, "create table t (x text);\nCOPY t FROM PROGRAM 'id';\n");
    await expect(validate(file, 'restore')).rejects.toMatchObject({
      code: 'insufficient_privilege',
      message: expect.stringMatching(/must be superuser.*--trust-file/),
    });
    expect(await logins()).toBe('none');
  });

  test('a bomb stops at the limits, in whatever it is packed', async () => {
    const zeros = Buffer.alloc(80 * 1024 * 1024, ' ');
    await put('bomb.sql.zst', zstdCompressSync(Buffer.concat([Buffer.from('select 1;\n'), zeros])));
    const bomb = await validate('bomb.sql.zst', 'checksum');
    expect(bomb.findings[0]?.detail).toMatch(/^archive_corrupt: .*made to fill the disk/);
    await put('large.sql.gz', gzipSync(plain));
    const large = await validate('large.sql.gz', 'checksum', { foreignMaxBytes: 1_000 });
    expect(large.findings[0]?.detail).toMatch(/^archive_corrupt: .*BACKUP_FOREIGN_MAX_SIZE/);
  });
});

describe('restore', () => {
  test.each([
    ['plain SQL', 'r.sql', () => plain],
    ['plain SQL in gzip', 'r.sql.gz', () => gzipSync(plain)],
    ["pg_dump's custom format", 'r.dump', () => custom],
    ["plain SQL that gives everything to the database's owner", 'r.sql', () => withOwners],
    [
      'plain SQL that makes the public schema anew, as 14 did',
      'r.sql',
      () =>
        Buffer.from(
          plain
            .toString()
            .replace(
              '\nCREATE SCHEMA',
              "\nDROP SCHEMA IF EXISTS public;\nCREATE SCHEMA public;\nCOMMENT ON SCHEMA public IS 'standard public schema';\nCREATE SCHEMA",
            ),
        ),
    ],
  ] as const)('%s by swap, as the owner of the database', async (_name, name, bytes) => {
    const database = await owned(`swapped_${number}`);
    await put(name, bytes());
    const id = newRun();
    const result = await fixture.restore(
      database,
      { filename: name },
      { run: id, safetyBackup: () => Promise.resolve('safe.dump.zst') },
    );
    expect(result).toMatchObject({
      filename: name,
      tablesCount: 2,
      rowsCount: 2_000,
      compared: false,
      previousDatabaseName: previousName(database.id, id),
      safetyBackup: 'safe.dump.zst',
    });
    expect(result.warnings[0]).toMatch(/was not compared/);
    expect(await rows(database.id)).toBe('2000');
    expect(await owners(database.id)).toBe('app_owner');
    expect(await logins()).toBe('none');
  });

  test('into a new database', async () => {
    const database = await owned('beside');
    await put(file, plain);
    const request = { filename: file, mode: 'new', newDatabaseName: 'beside_new' } as const;
    expect(await fixture.restore(database, request)).toMatchObject({ databaseName: 'beside_new' });
    expect(await rows('beside_new')).toBe('2000');
    expect(await fixture.server.value('select count(*) from old', 'beside')).toBe('0');
  });

  test('a part of the custom format, and of plain SQL none', async () => {
    const database = await owned('parted');
    await put(file, plain);
    await put('part.dump', custom);
    const selection = { tables: ['"Weird Schema"."Tâble ""x"""'] };
    const wanted = { mode: 'new' as const, selection };
    await expect(
      fixture.restore(database, { ...wanted, filename: file, newDatabaseName: 'part_1' }),
    ).rejects.toMatchObject({ code: 'preflight_failed', message: expect.stringMatching(/no part/) });
    const result = await fixture.restore(database, {
      ...wanted,
      filename: 'part.dump',
      newDatabaseName: 'part_2',
    });
    expect(result).toMatchObject({ tablesCount: 1, rowsCount: 2_000 });
    expect(await rows('part_2')).toBe('2000');
  });

  test('in place: the custom format as it is, plain SQL not at all', async () => {
    const database = await owned('placed');
    await fixture.server.psql('drop table old', 'placed');
    await put(file, plain);
    await put('place.dump', custom);
    await expect(fixture.restore(database, { filename: file, mode: 'in-place' })).rejects.toMatchObject({
      code: 'preflight_failed',
      message: expect.stringMatching(/plain SQL.*--mode swap/),
    });
    const result = await fixture.restore(database, { filename: 'place.dump', mode: 'in-place' });
    expect(result).toMatchObject({ databaseName: 'placed', compared: false, rowsCount: 2_000 });
    await fixture.restore(database, { filename: 'place.dump', mode: 'in-place' });
    expect(await rows('placed')).toBe('2000');
    expect(await owners('placed')).toBe('app_owner');
    await fixture.server.psql('create table more (i int)', 'placed');
    await expect(
      fixture.restore(database, { filename: 'place.dump', mode: 'in-place' }),
    ).rejects.toMatchObject({ code: 'extra_objects', message: expect.stringMatching(/public\.more/) });
    const kept = { filename: 'place.dump', mode: 'in-place', keepExtra: true } as const;
    expect(await fixture.restore(database, kept)).toMatchObject({ tablesCount: 3, rowsCount: 2_000 });
  });

  test('an SQL error in the middle: nothing is changed, nothing stays', async () => {
    const database = await owned('broken');
    const at = plain.indexOf('\nCREATE TABLE ') + 1;
    const wrong = Buffer.from('insert into gone values (1);\n');
    await put(file, Buffer.concat([plain.subarray(0, at), wrong, plain.subarray(at)]));
    await expect(fixture.restore(database, { filename: file })).rejects.toMatchObject({
      code: 'restore_failed',
      message: expect.stringMatching(/"gone" does not exist/),
    });
    expect(await fixture.server.value('select count(*) from old', 'broken')).toBe('0');
    expect(await databases('broken%')).toBe('broken');
    expect(await logins()).toBe('none');
  });

  test.each([
    ['a cut file', () => plain.subarray(0, plain.length / 2), 'archive_truncated'],
    ['a command of psql', () => Buffer.concat([plain, Buffer.from('\\! touch /tmp/x\n')]), 'invalid_backup'],
  ] as const)('%s is refused before anything is touched', async (_name, bytes, code) => {
    const database = await owned(`refused_${number}`);
    await put(file, bytes());
    let safety = 0;
    const safetyBackup = async (): Promise<string> => `safe ${(safety += 1)}`;
    await expect(fixture.restore(database, { filename: file }, { safetyBackup })).rejects.toMatchObject({
      code,
    });
    expect(safety).toBe(0);
    // Without being read first it is refused all the same, later.
    await expect(
      fixture.restore(database, { filename: file }, { validateFirst: false }),
    ).rejects.toMatchObject({ code });
    expect(await databases(`${database.id}%`)).toBe(database.id);
  });

  describe('code in a file that nobody vouches for', () => {
    const marker = `/tmp/hf-foreign-${process.pid}`;
    const escapes: readonly (readonly [string, string])[] = [
      ['a program', `COPY t FROM PROGRAM 'touch ${marker}';`],
      ['a program, back in its own role', `RESET ROLE;\nCOPY t FROM PROGRAM 'touch ${marker}';`],
      ['a program, in no role', `SET ROLE NONE;\nCOPY t FROM PROGRAM 'touch ${marker}';`],
      [
        'a program, in a block',
        `DO $$ begin execute 'reset role'; execute 'copy t from program ''touch ${marker}'''; end $$;`,
      ],
      ['a superuser’s role', 'SET ROLE postgres;'],
      ['a session of a superuser', 'SET SESSION AUTHORIZATION postgres;'],
      ['a file of the server', "SELECT pg_read_file('/etc/passwd');"],
      ["a stranger's role", 'SET ROLE stranger;'],
      ['a superuser of its own', 'CREATE ROLE mine SUPERUSER;'],
    ];
    test.each(escapes)('does not get at %s', async (_name, statement) => {
      const database = await owned(`hostile_${number}`);
      await put(file, `create table t (x text);\n${statement}\n`);
      await expect(fixture.restore(database, { filename: file })).rejects.toMatchObject({
        code: 'restore_failed',
        message: expect.stringMatching(/permission denied|must be/),
      });
      expect(existsSync(marker)).toBe(false);
      expect(await databases(`${database.id}%`)).toBe(database.id);
      expect(await logins()).toBe('none');
    });

    test('what it makes outside its role is handed over', async () => {
      const database = await owned('outside');
      await put(file, 'set role none;\ncreate schema mine;\ncreate table mine.t (i int);\n');
      await fixture.restore(database, { filename: file });
      expect(await owners('outside')).toBe('app_owner');
      expect(await logins()).toBe('none');
    });

    test('is not run at all where the owner may do everything, unless the file is trusted', async () => {
      const database = await fixture.withContent('mighty');
      await put(file, plain);
      await expect(fixture.restore(database, { filename: file })).rejects.toMatchObject({
        code: 'preflight_failed',
        message: expect.stringMatching(/"postgres", who may do everything.*--trust-file/),
      });
      expect(await fixture.restore(database, { filename: file, trustFile: true })).toMatchObject({
        rowsCount: 2_000,
      });
    });

    test('trusted, it has all rights of the connection', async () => {
      const database = await owned('trusted');
      await put(file, "create table t (x text);\nCOPY t FROM PROGRAM 'echo run';\n");
      const result = await fixture.restore(database, { filename: file, trustFile: true });
      expect(await fixture.server.value('select x from t', 'trusted')).toBe('run');
      expect(result.warnings).toContainEqual(
        expect.stringMatching(/belongs to that role, not to "app_owner"/),
      );
    });

    test('an account without special rights restores with its own', async () => {
      await fixture.server.psql(
        "create role clerk login createdb password 'p' in role app_owner, pg_signal_backend",
      );
      const { id, target } = await owned('clerked');
      const database = { id, target: { ...target, user: 'clerk', password: 'p' } };
      await put(file, plain);
      await fixture.restore(database, { filename: file });
      expect(await rows('clerked')).toBe('2000');
      expect(await owners('clerked')).toBe('app_owner');
      await fixture.server.psql('alter database clerked owner to stranger');
      await expect(
        fixture.restore(database, { filename: file, mode: 'new', newDatabaseName: 'clerked_new' }),
      ).rejects.toMatchObject({
        code: 'preflight_failed',
        message: expect.stringMatching(/"clerk" may not act as "stranger"/),
      });
    });

    test('what a killed process left is tidied', async () => {
      const database = await owned('killed');
      const id = newRun();
      await fixture.server.psql(
        `create role holdfast_restore_${id.slice(-8)} in role app_owner; create table x (i int); alter table x owner to holdfast_restore_${id.slice(-8)}`,
        'killed',
      );
      await tidyRestore(database, 'killed', id);
      expect(await logins()).toBe('none');
      expect(await owners('killed')).toBe('app_owner');
    });
  });
});

describe('upload', () => {
  const upload = (bytes: Uint8Array, change: Partial<Upload> = {}): Upload => ({
    filename: 'sent.sql',
    source: (async function* () {
      for (let at = 0; at < bytes.length; at += 60_000) yield bytes.subarray(at, at + 60_000);
    })(),
    maxBytes: 1e9,
    by: 'anna',
    at: new Date('2026-01-01T00:00:00Z'),
    signal: new AbortController().signal,
    description: () => Promise.resolve('from the old server'),
    ...change,
  });
  const receive = (bytes: Uint8Array, change?: Partial<Upload>) =>
    receiveUpload(fixture.repository, upload(bytes, change));

  test('is stored as it came, under its name, with its hash and what was said of it', async () => {
    const received = await receive(plain);
    expect(received).toMatchObject({
      key: 'sent.sql',
      kind: 'plain',
      description: 'from the old server',
      sizeBytes: plain.length,
      sha256: createHash('sha256').update(plain).digest('hex'),
    });
    expect((await readFile(join(fixture.dir, 'sent.sql'))).equals(plain)).toBe(true);
    await expect(receive(plain)).rejects.toMatchObject({ code: 'name_taken' });
    expect((await validate('sent.sql', 'checksum')).findings).toContainEqual({
      check: 'sha256',
      outcome: 'ok',
      detail: 'as when it was uploaded',
    });
    const changed = Buffer.from(plain);
    changed[plain.length - 5] = 0x20;
    await put('sent.sql', changed);
    expect((await validate('sent.sql', 'checksum')).findings[0]?.detail).toMatch(
      /^archive_corrupt: .*not what was uploaded/,
    );
  });

  test.each([
    ['backup', 'plain', () => plain, 'backup.sql'],
    ['b.sql', 'gzip', () => gzipSync(plain), 'b.sql.sql.gz'],
    ['c.dump', 'custom', () => custom, 'c.dump'],
    ['d.dump.zst', 'custom in zstd', () => zstdCompressSync(custom), 'd.dump.zst'],
    [
      'e.dump.gz',
      'large and hard to pack',
      () =>
        gzipSync(
          Buffer.concat([plain.subarray(0, 2_000), Buffer.from(randomBytes(9_000_000).toString('hex'))]),
        ),
      'e.dump.gz.sql.gz',
    ],
  ] as const)('%s, which is %s', async (filename, _what, bytes, stored) => {
    expect((await receive(bytes(), { filename })).filename).toBe(stored);
  });

  test('a backup of ours from another repository keeps its content and gets a name of its own', async () => {
    const database = await fixture.withContent('exported');
    await fixture.server.psql(
      "create table noise as select encode(sha256(i::text::bytea), 'hex') from generate_series(1, 200000) i",
      'exported',
    );
    const { backup, data } = await fixture.backup(database);
    const bytes = await readFile(join(fixture.dir, data.key));
    const received = await receive(bytes, { filename: backup.filename });
    expect(received.filename).toBe(backup.filename.replace('.dump.zst', '.uploaded.dump.zst'));
    expect(await validate(received.filename, 'structure')).toMatchObject({ verdict: 'valid' });
  });

  const noLarger = { maxBytes: 10_000 };
  const broken = new Error('the client went away');
  test.each([
    ['what is too large', () => plain, noLarger, 'payload_too_large'],
    ['a picture', () => Buffer.from('\x89PNG\r\n\x1a\n\0\0\0', 'latin1'), {}, 'archive_foreign'],
    ['another text', () => Buffer.from('<html>'), {}, 'archive_foreign'],
    ['nothing', () => Buffer.alloc(0), {}, 'archive_truncated'],
    ['a packed picture', () => gzipSync(Buffer.from('\x89PNG\0', 'latin1')), {}, 'archive_foreign'],
    ['a cut file', () => gzipSync(plain).subarray(0, 1_000), {}, 'archive_truncated'],
    ['a path', () => plain, { filename: '../x.sql' }, 'path_refused'],
    ['a hidden name', () => plain, { filename: '.x.sql' }, 'path_refused'],
  ] as const)('%s is refused and leaves nothing', async (_name, bytes, change, code) => {
    const before = await filesIn(fixture.dir);
    await expect(receive(bytes(), change)).rejects.toMatchObject({ code });
    expect(await filesIn(fixture.dir)).toEqual(before);
  });

  test.each([
    [
      'breaks off',
      {
        source: (async function* (): AsyncGenerator<Uint8Array> {
          yield plain;
          for (let each = 0; each < 100; each += 1) yield Buffer.alloc(100_000, '\n');
          throw broken;
        })(),
      },
    ],
    ['ends badly behind the file', { description: () => Promise.reject(broken) }],
  ])('one that %s leaves nothing', async (_name, change) => {
    const before = await filesIn(fixture.dir);
    await expect(receive(plain, { filename: 'broken.sql', ...change })).rejects.toBe(broken);
    expect(await filesIn(fixture.dir)).toEqual(before);
  });

  test('of two that send the same name at once, one is stored', async () => {
    const both = await Promise.allSettled([
      receive(plain, { filename: 'twice.sql' }),
      receive(plain, { filename: 'twice.sql' }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await readFile(join(fixture.dir, 'twice.sql'))).equals(plain)).toBe(true);
    expect(await findForeign(openRepository(fixture.repository.storage).storage, 'twice.sql')).toMatchObject({
      description: 'from the old server',
    });
  });
});
