import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { assertEmpty, BIG, parallelDumpOf, withSnapshot } from '../../test/dumps.ts';
import { assertNothingLeft, collect, run, startServer, type Server } from '../../test/server.ts';
import { openClient, type Target } from '../index.ts';

let server: Server;
let big: Target;
let scratchDir: string;
beforeAll(async () => {
  server = await startServer({}, { tcpPort: 0 });
  big = await server.make('big', BIG);
});
afterAll(() => server.stop());
beforeEach(async () => {
  scratchDir = await mkdtemp(join(tmpdir(), 'hf-scratch-test-'));
});
// Whatever failed: no folder, no process, no password is left.
afterEach(async () => {
  await assertEmpty(scratchDir);
  await rm(scratchDir, { recursive: true });
  await assertNothingLeft('pg_dump');
});

/** Until the first bytes came, which is in the middle of the dump. */
const begun = async (bytes: AsyncIterable<Uint8Array>): Promise<AsyncIterator<Uint8Array>> => {
  const iterator = bytes[Symbol.asyncIterator]();
  await iterator.next();
  return iterator;
};
const rest = (iterator: AsyncIterator<Uint8Array>): Promise<Buffer> =>
  collect({ [Symbol.asyncIterator]: () => iterator });

test.each(['SIGKILL', 'SIGTERM'] as const)('killed half-way by %s', async (signal) => {
  await withSnapshot(big, async (snapshot) => {
    const dump = parallelDumpOf(server, big, snapshot, { scratchDir });
    const iterator = await begun(dump.bytes);
    process.kill(dump.pid, signal);
    const failure = { code: 'dump_failed', message: expect.stringMatching(/pg_dump of .*big/) };
    await expect(rest(iterator)).rejects.toMatchObject(failure);
    await expect(dump.finished).rejects.toMatchObject(failure);
  });
});

test('a backend that was ended', async () => {
  await withSnapshot(big, async (snapshot) => {
    const dump = parallelDumpOf(server, big, snapshot, { scratchDir });
    const iterator = await begun(dump.bytes);
    await run(
      server.admin,
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name like '%pg_dump'",
    );
    await expect(rest(iterator)).rejects.toMatchObject({ code: 'server_unreachable' });
  });
});

test('an abort, while somebody reads', async () => {
  await withSnapshot(big, async (snapshot) => {
    const stop = new AbortController();
    const dump = parallelDumpOf(server, big, snapshot, { scratchDir, signal: stop.signal });
    const iterator = await begun(dump.bytes);
    const reason = new Error('enough');
    stop.abort(reason);
    await expect(rest(iterator)).rejects.toBe(reason);
    await expect(dump.finished).rejects.toBe(reason);
  });
});

test('an abort before anybody reads', async () => {
  await withSnapshot(big, async (snapshot) => {
    const stop = new AbortController();
    const dump = parallelDumpOf(server, big, snapshot, { scratchDir, signal: stop.signal });
    const reason = new Error('enough');
    stop.abort(reason);
    await expect(dump.finished).rejects.toBe(reason);
    expect(await readdir(scratchDir)).toEqual([]);
    await expect(collect(dump.bytes)).rejects.toBe(reason);
  });
});

test('an abort after pg_dump ended well, with bytes still to be read', async () => {
  await withSnapshot(big, async (snapshot) => {
    const stop = new AbortController();
    const dump = parallelDumpOf(server, big, snapshot, { scratchDir, signal: stop.signal });
    const iterator = await begun(dump.bytes);
    await dump.finished;
    const reason = new Error('enough');
    stop.abort(reason);
    await expect(rest(iterator)).rejects.toBe(reason);
  });
});

test('an abort beforehand', async () => {
  await withSnapshot(big, async (snapshot) => {
    const reason = new Error('enough');
    expect(() =>
      parallelDumpOf(server, big, snapshot, { scratchDir, signal: AbortSignal.abort(reason) }),
    ).toThrow(reason);
  });
});

test('a reader that leaves', async () => {
  await withSnapshot(big, async (snapshot) => {
    const dump = parallelDumpOf(server, big, snapshot, { scratchDir });
    const iterator = await begun(dump.bytes);
    await iterator.return?.();
    await expect(dump.finished).rejects.toMatchObject({
      code: 'dump_failed',
      message: expect.stringContaining('was not read to its end'),
    });
  });
});

test.each<[string, (target: Target) => Target, string]>([
  ['a wrong password', (target) => ({ ...target, password: 'wrong' }), 'authentication_failed'],
  ['a database that is gone', (target) => ({ ...target, database: 'gone' }), 'database_missing'],
  ['a server that is down', (target) => ({ ...target, port: 1 }), 'server_unreachable'],
])('%s', async (_name, change, code) => {
  await withSnapshot(big, async (snapshot) => {
    const dump = parallelDumpOf(server, change(big), snapshot, { scratchDir });
    await expect(collect(dump.bytes)).rejects.toMatchObject({ code });
  });
});

test('a table that another session asks to lock before its turn', async () => {
  await withSnapshot(big, async (snapshot) => {
    const dump = parallelDumpOf(server, big, snapshot, { scratchDir });
    const length = collect(dump.bytes).then((bytes) => bytes.length);
    length.catch(() => undefined); // awaited below
    const other = await openClient(big, { applicationName: 'another' });
    try {
      for (let locked = 0; locked === 0;) {
        const { rowCount } = await other.query("select from pg_locks where relation = 'small'::regclass");
        locked = rowCount ?? 0;
      }
      // Waits for pg_dump to be over, and from now on none of its workers gets a lock.
      await other.query('begin; lock table small in access exclusive mode; rollback');
      await expect(length).rejects.toMatchObject({
        code: 'lock_timeout',
        message: expect.stringContaining('small'),
      });
    } finally {
      await other.end();
    }
  });
});

test('a file that somebody else removes from the scratch folder', async () => {
  await withSnapshot(big, async (snapshot) => {
    const dump = parallelDumpOf(server, big, snapshot, { scratchDir, jobs: 1 });
    await dump.finished;
    const folder = join(scratchDir, (await readdir(scratchDir))[0] ?? '');
    const data = (await readdir(folder)).find((name) => /^\d/.test(name)) ?? '';
    await rm(join(folder, data));
    await expect(collect(dump.bytes)).rejects.toMatchObject({
      code: 'dump_failed',
      message: expect.stringContaining(data),
    });
  });
});

test('a scratch folder that cannot be', async () => {
  await writeFile(join(scratchDir, 'file'), '');
  await withSnapshot(big, async (snapshot) => {
    expect(() =>
      parallelDumpOf(server, big, snapshot, { scratchDir: join(scratchDir, 'file', 'x') }),
    ).toThrow(expect.objectContaining({ code: 'invalid_request' }));
  });
  await rm(join(scratchDir, 'file'));
});
