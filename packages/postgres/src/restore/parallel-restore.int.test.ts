import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { assertEmpty, customDump, differences, parallelDump, pieces } from '../../test/dumps.ts';
import { HARD_ROLES, HARD_SCHEMA } from '../../test/hard-schema.ts';
import { ask, assertNothingLeft, bytesOf, never, run, startServer, type Server } from '../../test/server.ts';
import { filesIn, TAR_END, tarEntry } from '../../test/tars.ts';
import {
  checkDumpStructure,
  restoreParallel,
  withClient,
  type ParallelRestoreOptions,
  type Target,
} from '../index.ts';

let server: Server;
let hard: Target;
let scratchDir: string;
const dumps: Record<ParallelRestoreOptions['kind'], Buffer> = {
  custom: Buffer.alloc(0),
  tar: Buffer.alloc(0),
};
beforeAll(async () => {
  server = await startServer();
  await run(server.admin, HARD_ROLES);
  hard = await server.make('hard', HARD_SCHEMA);
  const made = await mkdtemp(join(tmpdir(), 'hf-scratch-test-'));
  dumps.custom = await customDump(server, hard);
  dumps.tar = await parallelDump(server, hard, { scratchDir: made });
  await rm(made, { recursive: true });
});
afterAll(() => server.stop());
beforeEach(async () => {
  scratchDir = await mkdtemp(join(tmpdir(), 'hf-scratch-test-'));
});
afterEach(async () => {
  await assertEmpty(scratchDir);
  await rm(scratchDir, { recursive: true });
  await assertNothingLeft('pg_restore');
});

const restore = (
  target: Target,
  kind: ParallelRestoreOptions['kind'],
  options: Partial<ParallelRestoreOptions> = {},
) =>
  restoreParallel({
    target,
    tools: server.tools,
    source: pieces(dumps[kind]),
    kind,
    sizeBytes: dumps[kind].length,
    scratchDir,
    jobs: 2,
    signal: never,
    ...options,
  });

describe.each(['custom', 'tar'] as const)('%s', (kind) => {
  test.each([1, 2, 4])('by %d jobs brings everything back', async (jobs) => {
    const target = await server.make(`${kind}_${jobs}`);
    const seen: number[] = [];
    const { warnings } = await restore(target, kind, { jobs, onProgress: (bytes) => seen.push(bytes) });
    expect(warnings).toEqual([]);
    expect(seen.at(-1)).toBe(dumps[kind].length);
    expect(await differences(server, hard, target)).toEqual([]);
    expect(
      await ask(
        target,
        `select relowner::regrole::text from pg_class where relname like 'T_ble%' and relkind = 'r'`,
      ),
    ).toEqual(['"Author X"']);
  });

  test('as an owner without any right, extensions there already', async () => {
    await run(server.admin, `create role drill_${kind} login password 'drill'`);
    await run(server.admin, `create database drilled_${kind} owner drill_${kind} template template0`);
    const asAdmin = server.connect(`drilled_${kind}`);
    await run(
      asAdmin,
      'create extension pgcrypto; create schema private; create extension citext schema private',
    );
    await run(asAdmin, `alter schema private owner to drill_${kind}; drop schema if exists nix`);
    const target = { ...asAdmin, user: `drill_${kind}`, password: 'drill' };
    const options = { noOwner: true, skipExtensions: true, skipPrivileges: true } as const;
    await expect(restore(target, kind, options)).rejects.toMatchObject({
      code: 'restore_failed',
      message: expect.stringContaining('private'),
    });
  });

  test('over what is there, in one transaction', async () => {
    const target = await server.make(`${kind}_in_place`);
    await restore(target, kind);
    await run(target, 'delete from events; insert into base values (9)');
    await restore(target, kind, { clean: true, jobs: 1 });
    expect(await differences(server, hard, target)).toEqual([]);
  });

  test.each([{ clean: true }, { singleTransaction: true }])(
    '%o is not the work of several',
    async (option) => {
      await expect(restore(hard, kind, option)).rejects.toMatchObject({ code: 'invalid_request' });
    },
  );

  test('an SQL error names the object, and one transaction leaves nothing', async () => {
    const target = await server.make(`${kind}_occupied`, 'create table events (other int)');
    const failure = {
      code: 'restore_failed',
      message: expect.stringMatching(/at CREATE TABLE public.events: relation "events" already exists; /),
    };
    await expect(restore(target, kind, { jobs: 1, singleTransaction: true })).rejects.toMatchObject(failure);
    expect(await ask(target, "select count(*)::int from pg_class where relname = 'base'")).toEqual([0]);
    await expect(restore(target, kind)).rejects.toMatchObject(failure);
  });

  test('rows that do not fit, in a worker', async () => {
    const of = await server.make(
      `${kind}_bad`,
      'create table t (i int); insert into t values (1), (2); create function ok(i int) returns bool language sql immutable as $$ select true $$; alter table t add check (ok(i))',
    );
    await run(
      of,
      'create or replace function ok(i int) returns bool language sql immutable as $$ select $1 < 2 $$',
    );
    const bad =
      kind === 'tar' ? await parallelDump(server, of, { scratchDir }) : await customDump(server, of);
    const target = await server.make(`${kind}_rows`);
    await expect(restore(target, kind, { source: pieces(bad), sizeBytes: bad.length })).rejects.toMatchObject(
      {
        code: 'restore_failed',
        message: expect.stringMatching(/table "t".*violates check constraint/),
      },
    );
  });

  test("the source's own error wins, even at its very end, and nothing was restored", async () => {
    const target = await server.make(`${kind}_broken`);
    const corrupt = Object.assign(new Error('wrong sum'), { code: 'archive_corrupt' });
    async function* source(): AsyncGenerator<Uint8Array> {
      yield* pieces(dumps[kind]);
      throw corrupt;
    }
    await expect(restore(target, kind, { source: source() })).rejects.toBe(corrupt);
    const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield* pieces(dumps[kind].subarray(0, 5_000));
      throw full;
    }
    await expect(restore(target, kind, { source: broken() })).rejects.toBe(full);
    expect(await ask(target, "select count(*)::int from pg_class where relname = 'base'")).toEqual([0]);
  });

  test('one that is cut', async () => {
    const target = await server.make(`${kind}_cut`);
    const source = pieces(dumps[kind].subarray(0, Math.floor(dumps[kind].length / 2)));
    await expect(restore(target, kind, { source })).rejects.toMatchObject({ code: 'archive_truncated' });
  });

  test('more bytes than were announced', async () => {
    await expect(restore(hard, kind, { sizeBytes: 10_000 })).rejects.toMatchObject({
      code: 'invalid_backup',
    });
  });

  test('scratch space that is too small from the beginning', async () => {
    let isRead = false;
    const untouched = (async function* (): AsyncGenerator<Uint8Array> {
      isRead = true;
      yield dumps[kind];
    })();
    await expect(restore(hard, kind, { source: untouched, sizeBytes: 2 ** 52 })).rejects.toMatchObject({
      code: 'storage_full',
      message: expect.stringMatching(/needs 4194304\.00 GiB in the scratch folder .*iB are free/),
    });
    expect(isRead).toBe(false);
  });

  test('an abort while the source is stuck', async () => {
    const stop = new AbortController();
    const reason = new Error('enough');
    async function* source(): AsyncGenerator<Uint8Array> {
      yield dumps[kind].subarray(0, 1_000);
      setImmediate(() => stop.abort(reason));
      await new Promise(() => undefined);
    }
    await expect(restore(hard, kind, { source: source(), signal: stop.signal })).rejects.toBe(reason);
  });

  test('an abort while it restores', async () => {
    const target = await server.make(
      `${kind}_aborted`,
      `create function wait() returns event_trigger language plpgsql as $$ begin perform pg_advisory_xact_lock(1); end $$;
       create event trigger wait on ddl_command_end when tag in ('CREATE TABLE') execute function wait()`,
    );
    await withClient(target, async (holder) => {
      await holder.query('select pg_advisory_lock(1)');
      const stop = new AbortController();
      const reason = new Error('enough');
      const blocked = restore(target, kind, { signal: stop.signal });
      blocked.catch(() => undefined); // awaited below
      for (let waiting = 0; waiting === 0;) {
        const { rowCount } = await holder.query(
          "select from pg_locks where locktype = 'advisory' and not granted",
        );
        waiting = rowCount ?? 0;
      }
      stop.abort(reason);
      await expect(blocked).rejects.toBe(reason);
    });
  });

  test('its structure is checked without a server', async () => {
    const check = (source: AsyncIterable<Uint8Array>) =>
      checkDumpStructure({ tools: server.tools, source, signal: never });
    const { tocEntries } = await check(pieces(dumps[kind]));
    expect(tocEntries).toBeGreaterThan(50);
    for (const part of [0.3, 0.9, 0.999]) {
      const cut = dumps[kind].subarray(0, Math.floor(dumps[kind].length * part));
      await expect(check(pieces(cut))).rejects.toMatchObject({ code: 'archive_truncated' });
    }
  });
});

/** A good entry that says it is as long as can be. */
function lyingEntry(): Buffer {
  const entry = tarEntry('toc.dat', 'x');
  entry.write('77777777777', 124, 'latin1');
  return entry;
}

describe('an evil tar', () => {
  const named = (name: string): Buffer => Buffer.concat([tarEntry(name, 'x'), TAR_END]);
  test.each<[string, () => Buffer]>([
    ['with a file above', () => named('../hf-escaped.dat')],
    ['with a file anywhere', () => named('/tmp/hf-escaped.dat')],
    ['with a folder', () => named('a/toc.dat')],
    ['with a name that goes round', () => named('toc.dat/../x')],
    ["with a file of pg_dump's own tar format", () => named('restore.sql')],
    ['without a table of contents', () => named('1.dat')],
    [
      'with a table of contents that is none',
      () => Buffer.concat([tarEntry('toc.dat', 'select 1;'.repeat(100)), TAR_END]),
    ],
    ['with a size that is a lie', () => Buffer.concat([lyingEntry(), TAR_END])],
    ['that is a dump in the custom format', () => dumps.custom],
  ])('%s is refused, and nothing was written', async (_name, bytes) => {
    const source = bytesOf(bytes());
    await expect(restore(hard, 'tar', { source, sizeBytes: 1e6 })).rejects.toMatchObject({
      code: 'invalid_backup',
    });
    expect((await readdir(tmpdir())).filter((file) => file.includes('hf-escaped'))).toEqual([]);
  });

  test.each([/^blob_\d/, /^blobs\.toc$/, /^\d+\.dat$/])('that lacks %s, which it names', async (missing) => {
    const files = filesIn(dumps.tar);
    const at = files.findIndex(({ name }) => missing.test(name));
    const lacking = files.toSpliced(at, 1).map(({ entry }) => entry);
    const truncated = { code: 'archive_truncated', message: expect.stringContaining(files[at]?.name ?? '') };
    const target = await server.make(`lacking_${at}`);
    await expect(restore(target, 'tar', { source: bytesOf(...lacking, TAR_END) })).rejects.toMatchObject(
      truncated,
    );
    const again = bytesOf(...lacking, TAR_END);
    await expect(
      checkDumpStructure({ tools: server.tools, source: again, signal: never }),
    ).rejects.toMatchObject(truncated);
  });
});
