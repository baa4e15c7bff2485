import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { HARD_ROLES, HARD_SCHEMA } from '../../test/hard-schema.ts';
import {
  ask,
  assertNothingLeft,
  collect,
  never,
  childrenWith,
  run,
  startServer,
  type Server,
} from '../../test/server.ts';
import {
  chooseTools,
  dumpActivity,
  dumpGlobals,
  openClient,
  openSnapshot,
  startDump,
  takeFingerprint,
  type Snapshot,
  type Target,
} from '../index.ts';

let server: Server;
let hard: Target;
beforeAll(async () => {
  server = await startServer({}, { tcpPort: 0 });
  await run(server.admin, HARD_ROLES);
  hard = await server.make('hard', HARD_SCHEMA);
});
afterAll(() => server.stop());
afterEach(() => assertNothingLeft('pg_dump'));

const applicationName = 'holdfast test.1';
const dumpOf = (target: Target, snapshot: Snapshot, options: Partial<Parameters<typeof startDump>[0]> = {}) =>
  startDump({
    target,
    tools: server.tools,
    snapshotId: snapshot.id,
    lockTimeoutMs: 5_000,
    signal: never,
    applicationName,
    ...options,
  });

async function withSnapshot<T>(target: Target, use: (snapshot: Snapshot) => Promise<T>): Promise<T> {
  const snapshot = await openSnapshot(target, { applicationName });
  try {
    return await use(snapshot);
  } finally {
    await snapshot.close();
  }
}

/** More than pipes and buffers hold, so that pg_dump cannot be done before somebody reads. */
const BIG = 'create table big as select i, repeat(md5(i::text), 20) as body from generate_series(1, 60000) i';

describe('reaching the server', () => {
  test.each<[string, (target: Target) => Target, string]>([
    ['a wrong password', (target) => ({ ...target, password: 'wrong' }), 'authentication_failed'],
    ['a user that does not exist', (target) => ({ ...target, user: 'nobody-here' }), 'authentication_failed'],
    ['a database that does not exist', (target) => ({ ...target, database: 'gone' }), 'database_missing'],
    ['a server that is down', (target) => ({ ...target, port: 1 }), 'server_unreachable'],
    [
      'a host without a server',
      (target) => ({ ...target, host: '127.0.0.1', port: 1 }),
      'server_unreachable',
    ],
  ])('%s is told by connection and children alike', async (_name, change, code) => {
    const target = change(hard);
    const failure = { code, message: expect.not.stringContaining(hard.password ?? '') };
    await expect(openSnapshot(target, { applicationName })).rejects.toMatchObject(failure);
    await expect(dumpGlobals({ target, tools: server.tools, signal: never })).rejects.toMatchObject(failure);
    await withSnapshot(hard, async (snapshot) => {
      const dump = dumpOf(target, snapshot);
      dump.stdout.resume();
      await expect(dump.finished).rejects.toMatchObject(failure);
    });
  });
});

test('a server that is newer than every installed set of tools', async () => {
  const old = { ...server.tools, major: 12, version: '12.22' };
  await withSnapshot(hard, async (snapshot) => {
    expect(() => chooseTools([old], snapshot.serverVersion)).toThrow(
      expect.objectContaining({ code: 'server_newer_than_tools' }),
    );
    expect(chooseTools([old, server.tools], snapshot.serverVersion)).toBe(server.tools);
  });
});

describe('TLS, from a server that has none', () => {
  const over = async (sslmode: string): Promise<unknown> => {
    const target = { ...hard, host: '127.0.0.1', parameters: { sslmode } };
    await withSnapshot(target, async (snapshot) => {
      expect(snapshot.lost.aborted).toBe(false);
      const dump = dumpOf(target, snapshot);
      dump.stdout.resume();
      await dump.finished;
    });
    return 'done';
  };
  test.each(['disable', 'allow', 'prefer'])('%s goes on without', async (sslmode) => {
    expect(await over(sslmode)).toBe('done');
  });
  test.each(['require', 'verify-ca', 'verify-full'])('%s does not', async (sslmode) => {
    await expect(over(sslmode)).rejects.toMatchObject({
      code: 'server_unreachable',
      message: expect.stringContaining('TLS'),
    });
  });
  test('a mode that does not exist', async () => {
    await expect(over('maybe')).rejects.toMatchObject({ code: 'invalid_request' });
  });
});

describe('a dump', () => {
  test('is one in the custom format, of the snapshot, whatever changes meanwhile', async () => {
    const target = await server.make('moving', 'create table t as select generate_series(1, 1000) as i');
    await withSnapshot(target, async (snapshot) => {
      await run(target, 'delete from t where i > 10; insert into t values (7)');
      const before = { target, tools: server.tools, snapshotId: snapshot.id, signal: never };
      const fingerprint = await takeFingerprint({ ...before, client: snapshot.client });
      expect(fingerprint.rows).toEqual({ 'public.t': 1000 });
      const dump = dumpOf(target, snapshot);
      const bytes = await collect(dump.stdout);
      await dump.finished;
      expect(bytes.subarray(0, 5).toString()).toBe('PGDMP');
      expect(bytes.toString('latin1')).toContain('1000\n');
    });
    expect(await ask(target, 'select count(*)::int from t')).toEqual([11]);
  });

  test('the snapshot tells the server, the size, and when it was lost', async () => {
    await withSnapshot(hard, async (snapshot) => {
      expect(Math.floor(snapshot.serverVersion / 10_000)).toBe(server.tools.major);
      expect(snapshot.databaseBytes).toBeGreaterThan(1_000_000);
      const lost = once(snapshot.lost, 'abort');
      await run(
        server.admin,
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name = '${applicationName}'`,
      );
      await lost;
      expect(snapshot.lost.reason).toMatchObject({ code: 'server_unreachable' });
    });
    await withSnapshot(hard, async (snapshot) => {
      await snapshot.close();
      expect(snapshot.lost.aborted).toBe(false);
    });
  });

  test("the account's time limits do not end a snapshot", async () => {
    await run(
      server.admin,
      "alter role scratch_superuser in database hard set idle_in_transaction_session_timeout = '1ms'",
    );
    try {
      await withSnapshot(hard, async (snapshot) => {
        const { rows } = await snapshot.client.query('show idle_in_transaction_session_timeout');
        expect(rows).toEqual([{ idle_in_transaction_session_timeout: '0' }]);
        const dump = dumpOf(hard, snapshot);
        dump.stdout.resume();
        await expect(dump.finished).resolves.toBeUndefined();
      });
    } finally {
      await run(server.admin, 'alter role scratch_superuser in database hard reset all');
    }
  });

  test.each(['SIGKILL', 'SIGTERM'] as const)(
    'killed half-way by %s has failed, although stdout ends',
    async (signal) => {
      const target = await server.make(`killed_${signal}`, BIG);
      await withSnapshot(target, async (snapshot) => {
        const dump = dumpOf(target, snapshot);
        await once(dump.stdout, 'readable');
        process.kill(dump.pid, signal);
        await collect(dump.stdout);
        await expect(dump.finished).rejects.toMatchObject({
          code: 'dump_failed',
          message: expect.stringContaining(signal),
        });
      });
    },
  );

  test('whose backend is ended half-way has failed', async () => {
    const target = await server.make('ended', BIG);
    await withSnapshot(target, async (snapshot) => {
      const dump = dumpOf(target, snapshot);
      await once(dump.stdout, 'readable');
      await run(
        server.admin,
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name like '%pg_dump'",
      );
      dump.stdout.resume();
      await expect(dump.finished).rejects.toMatchObject({ code: 'server_unreachable' });
    });
  });

  test('that is aborted while nobody reads ends with the reason', async () => {
    const target = await server.make('aborted', BIG);
    await withSnapshot(target, async (snapshot) => {
      const stop = new AbortController();
      const dump = dumpOf(target, snapshot, { signal: stop.signal });
      await once(dump.stdout, 'readable');
      const reason = new Error('enough');
      stop.abort(reason);
      await expect(dump.finished).rejects.toBe(reason);
      expect(await childrenWith('pg_dump')).toEqual([]);
    });
  });

  test('that waits for a lock names its blocker, then the table', async () => {
    const blocker = await openClient(hard, { applicationName: 'the blocker' });
    try {
      await blocker.query('begin; lock table "Weird Schema"."Täble ""x"".y" in access exclusive mode');
      await withSnapshot(hard, async (snapshot) => {
        const dump = dumpOf(hard, snapshot, { lockTimeoutMs: 1_500 });
        dump.stdout.resume();
        const seen = await until(async () => {
          const activity = await dumpActivity(hard, applicationName);
          return activity?.blockedBy ? activity : undefined;
        });
        expect(seen).toEqual({
          active: false,
          blockedBy: {
            pid: expect.any(Number),
            user: hard.user,
            query: 'begin; lock table "Weird Schema"."Täble ""x"".y" in access exclusive mode',
          },
        });
        await expect(dump.finished).rejects.toMatchObject({
          code: 'lock_timeout',
          message: expect.stringContaining('"Täble ""x"".y"'),
        });
      });
    } finally {
      await blocker.end();
    }
  });

  test('that runs is active, and afterwards unknown', async () => {
    const target = await server.make('active', BIG);
    await withSnapshot(target, async (snapshot) => {
      const dump = dumpOf(target, snapshot);
      await once(dump.stdout, 'readable');
      expect(await dumpActivity(target, applicationName)).toEqual({ active: true });
      dump.stdout.resume();
      await dump.finished;
      await until(async () =>
        (await dumpActivity(target, applicationName)) === undefined ? true : undefined,
      );
    });
  });
});

describe('an account that may not read everything', () => {
  const reader = (): Target => ({ ...hard, user: 'weak', password: 'weak' });
  beforeAll(() =>
    run(
      server.admin,
      "create role weak login password 'weak' in role pg_read_all_data; create role weaker login password 'weak'",
    ),
  );

  test('rows that row-level security hides: insufficient_privilege, not a smaller dump or count', async () => {
    await withSnapshot(reader(), async (snapshot) => {
      const dump = dumpOf(reader(), snapshot);
      dump.stdout.resume();
      await expect(dump.finished).rejects.toMatchObject({
        code: 'insufficient_privilege',
        message: expect.stringContaining('secrets'),
      });
    });
    await withSnapshot(reader(), async (snapshot) => {
      const taken = takeFingerprint({
        client: snapshot.client,
        target: reader(),
        tools: server.tools,
        snapshotId: snapshot.id,
        signal: never,
      });
      await expect(taken).rejects.toMatchObject({ code: 'insufficient_privilege' });
    });
  });

  test('a table it may not read', async () => {
    const target = { ...reader(), user: 'weaker' };
    await withSnapshot(target, async (snapshot) => {
      const dump = dumpOf(target, snapshot);
      dump.stdout.resume();
      await expect(dump.finished).rejects.toMatchObject({ code: 'insufficient_privilege' });
    });
  });

  test('the roles of the server need no right, and come without passwords', async () => {
    const sql = await dumpGlobals({ target: reader(), tools: server.tools, signal: never });
    expect(sql).toContain('CREATE ROLE "Author X"');
    expect(sql).not.toMatch(/PASSWORD|SCRAM/);
  });

  test('with passwords only when asked, and only for who may read them', async () => {
    const asked = { tools: server.tools, signal: never, withPasswords: true };
    expect(await dumpGlobals({ ...asked, target: hard })).toMatch(/PASSWORD 'SCRAM-SHA-256\$/);
    await expect(dumpGlobals({ ...asked, target: { ...reader(), user: 'weaker' } })).rejects.toMatchObject({
      code: 'insufficient_privilege',
    });
  });
});

/** Asks until there is an answer; the test's own time limit ends it. */
async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
  }
}
