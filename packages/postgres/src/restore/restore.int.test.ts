import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { HARD_ROLES, HARD_SCHEMA } from '../../test/hard-schema.ts';
import {
  ask,
  assertNothingLeft,
  bytesOf,
  collect,
  never,
  run,
  startServer,
  type Server,
} from '../../test/server.ts';
import {
  checkDumpStructure,
  compareFingerprints,
  openSnapshot,
  restoreDump,
  startDump,
  takeFingerprint,
  type Fingerprint,
  type Target,
} from '../index.ts';

let server: Server;
let dump: Buffer;
let fingerprint: Fingerprint;
beforeAll(async () => {
  server = await startServer();
  await run(server.admin, HARD_ROLES);
  const hard = await server.make('hard', HARD_SCHEMA);
  ({ dump, fingerprint } = await take(hard));
});
afterAll(() => server.stop());
afterEach(() => assertNothingLeft('pg_restore'));

async function take(target: Target): Promise<{ dump: Buffer; fingerprint: Fingerprint }> {
  const snapshot = await openSnapshot(target, { applicationName: 'test' });
  try {
    const running = startDump({
      target,
      tools: server.tools,
      snapshotId: snapshot.id,
      lockTimeoutMs: 5_000,
      signal: never,
      applicationName: 'test',
    });
    const [bytes, taken] = await Promise.all([
      collect(running.stdout),
      takeFingerprint({
        client: snapshot.client,
        target,
        tools: server.tools,
        snapshotId: snapshot.id,
        signal: never,
      }),
    ]);
    await running.finished;
    return { dump: bytes, fingerprint: taken };
  } finally {
    await snapshot.close();
  }
}

/** As it comes from a manifest: without what is known only of a fingerprint just taken. */
const remembered = (): Fingerprint => {
  const { materializedViews: _, ...kept } = fingerprint;
  return kept;
};

const restore = (
  target: Target,
  source: AsyncIterable<Uint8Array>,
  options: Partial<Parameters<typeof restoreDump>[0]> = {},
) => restoreDump({ target, tools: server.tools, source, signal: never, ...options });

/** In pieces of a size that no boundary in the dump knows. */
async function* pieces(bytes: Uint8Array, size = 10_007): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const outcomes = (actual: Fingerprint): readonly string[] =>
  compareFingerprints(remembered(), actual).map(({ check, outcome }) => `${check} ${outcome}`);
const ALL_OK = ['rows ok', 'schema ok', 'extensions ok', 'large objects ok'];

describe('the fingerprint', () => {
  test('counts every table, partition and filled view by itself, and nothing else', () => {
    expect(fingerprint.rows).toEqual({
      '"Weird Schema"."Täble ""x"".y"': 500,
      'public.base': 1,
      'public.blobs': 200,
      'public.child': 3,
      'public.derived': 2,
      'public.empty_one': 0,
      'public.events_2025': 213,
      'public.events_rest': 187,
      'public.filled': 1,
      'public.parent': 2,
      'public.secrets': 2,
      'public.unlogged_one': 1,
    });
    expect(fingerprint).toMatchObject({ version: 1, toolsMajor: server.tools.major, largeObjects: 3 });
    expect(Object.keys(fingerprint.extensions)).toEqual(['citext', 'pgcrypto', 'plpgsql']);
    expect(fingerprint.roles).toEqual(expect.arrayContaining(['Author X', 'reader']));
  });

  test.each([
    ['a column', 'alter table empty_one add column more int'],
    ['a default', 'alter table empty_one alter id set default 3'],
    [
      'a function body',
      "create or replace function add_one(i int) returns int language sql as 'select i + 2'",
    ],
    ['a policy', "alter policy own on secrets using (owner = 'x')"],
    ['a comment', "comment on table events is 'other'"],
    ['a trigger', 'drop trigger events_noisy on events'],
  ])('%s changes the schema', async (_name, sql) => {
    const changed = await server.make('changed');
    try {
      await restore(changed, pieces(dump));
      await run(changed, sql);
      const { fingerprint: actual } = await take(changed);
      expect(outcomes(actual)).toEqual(['rows ok', 'schema failed', 'extensions ok', 'large objects ok']);
    } finally {
      await run(server.admin, 'drop database changed');
    }
  });

  test('an abort ends the counting on the server, with the reason', async () => {
    const target = await server.make('slow', 'create table t as select generate_series(1, 2000000) as i');
    const snapshot = await openSnapshot(target, { applicationName: 'slow count' });
    const stop = new AbortController();
    const reason = new Error('enough');
    const taken = takeFingerprint({
      client: snapshot.client,
      target,
      tools: server.tools,
      signal: stop.signal,
    });
    stop.abort(reason);
    await expect(taken).rejects.toBe(reason);
    expect(
      await ask(
        server.admin,
        "select count(*)::int from pg_stat_activity where state = 'active' and query like '%count(*) as rows%' and pid <> pg_backend_pid()",
      ),
    ).toEqual([0]);
    await snapshot.close();
  });
});

describe('a round trip', () => {
  test('brings everything back', async () => {
    const target = await server.make('back');
    const seen: number[] = [];
    const { warnings } = await restore(target, pieces(dump), { onProgress: (bytes) => seen.push(bytes) });
    expect(warnings).toEqual([]);
    expect(seen.at(-1)).toBe(dump.length);
    const again = await take(target);
    expect(outcomes(again.fingerprint)).toEqual(ALL_OK);
    expect(again.fingerprint.roles).toEqual(fingerprint.roles);
    expect(await ask(target, 'select last_value::int from used')).toEqual([4711]);
    expect(await ask(target, `select has_table_privilege('reader', 'events', 'select')`)).toEqual([true]);
    expect(
      await ask(
        target,
        `select relowner::regrole::text from pg_class where relname like 'T_ble%' and relkind = 'r'`,
      ),
    ).toEqual(['"Author X"']);
  });

  test('as an owner without any right, extensions there already', async () => {
    await run(server.admin, `create role drill login password 'drill'; grant reader, "Author X" to drill`);
    await run(server.admin, 'create database drilled owner drill template template0');
    const asAdmin = server.connect('drilled');
    // Made beforehand by the superuser: its comment is not the owner's to set. citext he makes himself, it is trusted.
    await run(asAdmin, 'create extension pgcrypto');
    const target = { ...asAdmin, user: 'drill', password: 'drill' };
    await restore(target, pieces(dump), { noOwner: true, skipExtensionComments: true });
    const { fingerprint: actual } = await take(asAdmin);
    expect(outcomes(actual)).toEqual(ALL_OK);
  });

  test('without skipExtensionComments that owner fails', async () => {
    await run(server.admin, 'create database drilled_2 owner drill template template0');
    await run(server.connect('drilled_2'), 'create extension pgcrypto');
    const target = { ...server.connect('drilled_2'), user: 'drill', password: 'drill' };
    await expect(restore(target, pieces(dump), { noOwner: true })).rejects.toMatchObject({
      code: 'restore_failed',
      message: expect.stringMatching(/COMMENT ON EXTENSION pgcrypto.*must be owner/),
    });
  });

  test('in place, in one transaction, over what is there', async () => {
    const target = await server.make('in_place');
    await restore(target, pieces(dump));
    await run(target, 'delete from events; insert into base values (9)');
    await restore(target, pieces(dump), { clean: true, singleTransaction: true });
    const { fingerprint: actual } = await take(target);
    expect(outcomes(actual)).toEqual(ALL_OK);
  });

  test('a stale materialized view is filled anew, and that is no difference', async () => {
    const stale = await server.make(
      'stale',
      'create table t (i int); create materialized view v as select * from t; insert into t values (1)',
    );
    const before = await take(stale);
    const target = await server.make('fresh');
    await restore(target, pieces(before.dump));
    const { materializedViews: _, ...expected } = before.fingerprint;
    const after = await take(target);
    expect(after.fingerprint.rows['public.v']).toBe(1);
    expect(compareFingerprints(expected, after.fingerprint).map(({ outcome }) => outcome)).toEqual([
      'ok',
      'ok',
      'ok',
      'ok',
    ]);
  });

  test('extensions may be left out', async () => {
    const plain = await server.make('plain', 'create extension citext; create table t (x citext)');
    const taken = await take(plain);
    const target = await server.make('without');
    await expect(restore(target, pieces(taken.dump), { skipExtensions: true })).rejects.toMatchObject({
      code: 'restore_failed',
      message: expect.stringContaining('citext'),
    });
  });

  test('in place, what stands in the way is named and nothing has changed', async () => {
    const target = await server.make('blocked');
    await restore(target, pieces(dump));
    await run(target, 'create view extra as select * from blobs; delete from base');
    await expect(restore(target, pieces(dump), { clean: true })).rejects.toMatchObject({
      code: 'restore_failed',
      message: expect.stringMatching(
        /relation "blobs" already exists \(not dropped: .*blobs.*nothing was changed/,
      ),
    });
    expect(await ask(target, 'select count(*)::int from only base')).toEqual([0]);
    expect(await ask(target, 'select count(*)::int from extra')).toEqual([200]);
  });

  test('in place from a source that breaks: its error, and nothing has changed', async () => {
    const target = server.connect('back');
    const broken = new Error('broken');
    async function* source(): AsyncGenerator<Uint8Array> {
      yield* pieces(dump.subarray(0, dump.length - 5_000));
      throw broken;
    }
    await expect(restore(target, source(), { clean: true })).rejects.toBe(broken);
    await expect(
      restore(target, pieces(dump.subarray(0, dump.length - 5_000)), { clean: true }),
    ).rejects.toMatchObject({ code: 'archive_truncated' });
    expect(outcomes((await take(target)).fingerprint)).toEqual(ALL_OK);
  });
});

describe('what fails says so', () => {
  test('an SQL error is no success: restore_failed with object and cause', async () => {
    const target = await server.make('occupied', 'create table events (other int)');
    await expect(restore(target, pieces(dump))).rejects.toMatchObject({
      code: 'restore_failed',
      message: expect.stringMatching(
        /occupied .* at CREATE TABLE public.events: relation "events" already exists; /,
      ),
    });
  });

  test('rows that do not fit: the table is named, and in one transaction nothing stays', async () => {
    const source = await server.make(
      'bad_rows',
      'create table t (i int); insert into t values (1), (2); create function ok(i int) returns bool language sql immutable as $$ select true $$; alter table t add check (ok(i))',
    );
    await run(
      source,
      'create or replace function ok(i int) returns bool language sql immutable as $$ select $1 < 2 $$',
    );
    const taken = await take(source);
    const target = await server.make('bad_target');
    await expect(restore(target, pieces(taken.dump), { singleTransaction: true })).rejects.toMatchObject({
      code: 'restore_failed',
      message: expect.stringMatching(/table "t".*violates check constraint/),
    });
    expect(await ask(target, "select count(*)::int from pg_class where relname = 't'")).toEqual([0]);
  });

  test.each<[string, (target: Target) => Target, string]>([
    ['a wrong password', (target) => ({ ...target, password: 'wrong' }), 'authentication_failed'],
    ['a database that is gone', (target) => ({ ...target, database: 'gone' }), 'database_missing'],
    ['a server that is down', (target) => ({ ...target, port: 1 }), 'server_unreachable'],
  ])('%s', async (_name, change, code) => {
    await expect(restore(change(server.admin), pieces(dump))).rejects.toMatchObject({ code });
  });

  test("the source's own error wins, and nothing is left running", async () => {
    const target = await server.make('broken_source');
    const corrupt = Object.assign(new Error('changed'), { code: 'archive_corrupt' });
    async function* source(): AsyncGenerator<Uint8Array> {
      yield dump.subarray(0, Math.floor(dump.length / 2));
      throw corrupt;
    }
    await expect(restore(target, source(), { singleTransaction: true })).rejects.toBe(corrupt);
    expect(await ask(target, "select count(*)::int from pg_class where relname = 'events'")).toEqual([0]);
    await expect(restore(target, source(), { skipExtensionComments: true })).rejects.toBe(corrupt);
    await expect(checkDumpStructure({ tools: server.tools, source: source(), signal: never })).rejects.toBe(
      corrupt,
    );
  });

  test('a source that fails only at its very end, after pg_restore has had enough', async () => {
    const target = await server.make('late_failure');
    const corrupt = Object.assign(new Error('wrong sum'), { code: 'archive_corrupt' });
    async function* source(): AsyncGenerator<Uint8Array> {
      yield* pieces(dump);
      yield Buffer.alloc(1_000_000);
      throw corrupt;
    }
    await expect(restore(target, source())).rejects.toBe(corrupt);
    await expect(checkDumpStructure({ tools: server.tools, source: source(), signal: never })).rejects.toBe(
      corrupt,
    );
  });

  test('an abort while the source is stuck', async () => {
    const target = await server.make('stuck');
    const stop = new AbortController();
    const reason = new Error('enough');
    async function* source(): AsyncGenerator<Uint8Array> {
      yield dump.subarray(0, 1_000);
      stop.abort(reason);
      await new Promise(() => undefined);
    }
    await expect(restore(target, source(), { signal: stop.signal })).rejects.toBe(reason);
  });
});

describe('the structure of a dump', () => {
  const check = (source: AsyncIterable<Uint8Array>) =>
    checkDumpStructure({ tools: server.tools, source, signal: never });

  test('a whole one tells its entries', async () => {
    const { tocEntries } = await check(pieces(dump));
    expect(tocEntries).toBeGreaterThan(50);
    expect((await check(pieces(dump, 1_000_000))).tocEntries).toBe(tocEntries);
  });

  test.each([0, 3, 40, 3_000, 0.5, 0.9, -1, -2, -20])('one that ends at %d', async (place) => {
    const end = place < 0 ? dump.length + place : place < 1 ? Math.floor(dump.length * place) : place;
    const failed = check(pieces(dump.subarray(0, end)));
    await expect(failed).rejects.toMatchObject({
      code: expect.stringMatching(/^(archive_truncated|invalid_backup)$/),
    });
  });

  test('something else', async () => {
    await expect(check(bytesOf('select 1;\n'))).rejects.toMatchObject({ code: 'invalid_backup' });
    await expect(check(bytesOf(Buffer.alloc(100_000, 7)))).rejects.toMatchObject({ code: 'invalid_backup' });
  });
});
