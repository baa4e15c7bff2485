import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { customDump, fingerprintOf, parallelDump, pieces } from '../../test/dumps.ts';
import { HARD_ROLES, HARD_SCHEMA } from '../../test/hard-schema.ts';
import { never, run, startServer, type Server } from '../../test/server.ts';
import { dumpText } from '../dump/dump-text.ts';
import { takeFingerprint, withClient, type Target } from '../index.ts';
import { SCHEMA_ARGUMENTS, schemaOfDump } from './schema-of-dump.ts';

/** What pg_dump may put in another order, or words otherwise, when there is data beside it. */
const MORE = `
  create table a (i int primary key, check (i > 0)); create table b (i int primary key references a);
  alter table a add constraint later foreign key (i) references b deferrable not valid;
  create table parent (i int) partition by range (i);
  create table child partition of parent for values from (0) to (9) with (fillfactor = 70);
  create view v as select i, count(*) from a group by i; create materialized view m as select * from v with data;
  create sequence q start 7; select nextval('q'); create unlogged table u (t text collate "C" default 'x');
  create rule r as on insert to u do also notify n; create index on a (i) where i > 5; alter table a cluster on a_pkey;
  create domain d as text check (value ~ '^x'); create type e as enum ('a', 'b');
  create function f(int) returns int language sql as 'select $1'; comment on function f is 'what it does';
  create trigger g before update on b for each row execute function suppress_redundant_updates_trigger();
  create publication p for table a; create event trigger t on ddl_command_end execute function f_event();
  select lo_from_bytea(4711, 'large'); comment on large object 4711 is 'large'; grant select on a to public;
  alter default privileges grant select on tables to public; create extension citext;`;

let server: Server;
let scratchDir: string;
const targets: Record<string, Target> = {};
beforeAll(async () => {
  server = await startServer();
  scratchDir = await mkdtemp(join(tmpdir(), 'hf-schema-test-'));
  await run(server.admin, HARD_ROLES);
  targets['hard'] = await server.make('hard', HARD_SCHEMA);
  const event = 'create function f_event() returns event_trigger language plpgsql as $$ begin end $$;';
  targets['more'] = await server.make('more', `${event}${MORE}`);
  targets['empty'] = await server.make('empty');
});
afterAll(async () => {
  await server.stop();
  await rm(scratchDir, { recursive: true });
});

/** Without the keys that are made up each time and what fills a view, which pg_restore takes for schema. */
const wordsOf = (sql: string): string =>
  sql
    .replace(/^\\(un)?restrict .*$/gm, '')
    .replace(/--\n-- Name: .*; Type: MATERIALIZED VIEW DATA; .*\n--\n\nREFRESH .*;\n\n\n/g, '');
const schemaOf = (dump: Buffer): Promise<string> =>
  schemaOfDump({ source: pieces(dump), tools: server.tools, signal: never });

describe.each(['hard', 'more', 'empty'])('the schema in a dump of %s', (name) => {
  const target = (): Target => targets[name] ?? server.admin;
  test.each([
    ['the custom format', () => customDump(server, target())],
    ['a tar', () => parallelDump(server, target(), { scratchDir })],
  ])('in %s is that of pg_dump, word for word', async (_format, dump) => {
    const options = { target: target(), tools: server.tools, signal: never };
    const expected = await dumpText('pg_dump', SCHEMA_ARGUMENTS, options);
    expect(wordsOf(await schemaOf(await dump()))).toBe(wordsOf(expected));
  });
});

test('a fingerprint out of a dump is the same', async () => {
  const target = targets['hard'] ?? server.admin;
  const dump = await customDump(server, target);
  const fingerprint = await withClient(target, (client) =>
    takeFingerprint({ client, target, tools: server.tools, signal: never, dump: pieces(dump) }),
  );
  expect(fingerprint).toEqual(await fingerprintOf(server, target));
});

test('it is read from the beginning: what comes after the table of contents may be missing', async () => {
  const dump = await customDump(server, targets['more'] ?? server.admin);
  const whole = wordsOf(await schemaOf(dump));
  expect(wordsOf(await schemaOf(dump.subarray(0, dump.length - 20)))).toBe(whole);
});

describe('a dump that is none', () => {
  test.each<[string, () => AsyncIterable<Uint8Array>, object]>([
    ['nothing', () => pieces(Buffer.alloc(0)), { code: 'archive_truncated' }],
    ['cut', () => pieces(Buffer.from('PGDMP\x01\x0e\x00\x04')), { code: 'archive_truncated' }],
    ['something else', () => pieces(Buffer.alloc(20_000, 'select 1;')), { code: 'invalid_backup' }],
    [
      'a source that fails',
      async function* () {
        yield Buffer.from('PGDMP');
        throw new Error('pg_dump failed');
      },
      { message: 'pg_dump failed' },
    ],
  ])('%s', async (_name, source, failure) => {
    const reading = schemaOfDump({ source: source(), tools: server.tools, signal: never });
    await expect(reading).rejects.toMatchObject(failure);
  });

  test('an abort ends the wait for one that never comes', async () => {
    const stop = new AbortController();
    const silent = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => undefined) }) };
    const reading = schemaOfDump({ source: silent, tools: server.tools, signal: stop.signal });
    const reason = new Error('stopped');
    stop.abort(reason);
    await expect(reading).rejects.toBe(reason);
  });
});
