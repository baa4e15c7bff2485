import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ask, run, startServer, type Server } from '../../test/server.ts';
import {
  closeClient,
  copyDatabaseSettings,
  createDatabaseLike,
  databaseExists,
  dropDatabase,
  getDatabaseComment,
  listDatabases,
  openClient,
  preflightInPlace,
  preflightSwap,
  renameDatabase,
  setDatabaseComment,
  swapDatabases,
  type Target,
} from '../index.ts';

let server: Server;
let admin: Target;
beforeAll(async () => {
  server = await startServer({
    max_prepared_transactions: '5',
    wal_level: 'logical',
    max_wal_senders: '2',
    max_replication_slots: '2',
  });
  ({ admin } = server);
  await run(
    admin,
    `create role owner_x nologin; create role visitor nologin; create role app login password 'app'`,
  );
});
afterAll(() => server.stop());

// Awkward on purpose: quotes, spaces, other letters.
const live = 'Live "dätabase"';
const incoming = 'incoming one';
const keepAs = 'kept one';
const quoted = `"Live ""dätabase"""`;

beforeEach(async () => {
  for (const name of [live, incoming, keepAs]) await dropDatabase(admin, name);
});

async function makeBoth(): Promise<void> {
  await server.make(live, "create table t as select 'old' as what");
  await server.make(incoming, "create table t as select 'new' as what");
}
const contentOf = async (database: string): Promise<unknown> =>
  (await ask(server.connect(database), 'select what from t'))[0];

type Hammering = { stop(): Promise<void>; readonly seen: Set<unknown>; readonly lost: () => number };

/** Ten applications that connect, ask, and connect again whenever they are thrown out. */
async function hammer(): Promise<Hammering> {
  const seen = new Set<unknown>();
  const over = new AbortController();
  let lost = 0;
  let ready = 0;
  let allReady: () => void = () => undefined;
  const everybody = new Promise<void>((resolve) => (allReady = resolve));
  const application = async (): Promise<void> => {
    let wasReady = false;
    while (!over.signal.aborted) {
      try {
        const client = await openClient(server.connect(live), { applicationName: 'application' });
        try {
          while (!over.signal.aborted) {
            const { rows } = await client.query<{ what: string }>('select what from t');
            seen.add(rows[0]?.what);
            if (!wasReady && (ready += 1) === 10) allReady();
            wasReady = true;
          }
        } finally {
          await closeClient(client);
        }
      } catch {
        lost += 1; // thrown out, or turned away in the very moment of the exchange
      }
    }
  };
  const all = Array.from({ length: 10 }, application);
  await everybody;
  return {
    seen,
    lost: () => lost,
    stop: async () => {
      over.abort();
      await Promise.all(all);
    },
  };
}

describe('a swap', () => {
  test('under ten applications at work: new content, no old session, everything carried over, within 2 s', async () => {
    await makeBoth();
    await run(admin, `alter database ${quoted} owner to owner_x`);
    await run(admin, `alter database ${quoted} set work_mem = '7MB'`);
    await run(admin, `alter database ${quoted} set search_path = "$user", public, "Odd, one"`);
    await run(admin, `alter database ${quoted} set app.custom = E'it''s \\\\ here'`);
    await run(admin, `alter role visitor in database ${quoted} set statement_timeout = '5s'`);
    await run(admin, `alter database ${quoted} connection limit 42`);
    await run(admin, `revoke connect on database ${quoted} from public`);
    await run(admin, `grant connect, create on database ${quoted} to visitor with grant option`);
    await run(admin, `comment on database ${quoted} is 'it''s \\ the live one'`);
    const before = await describeDatabase(live);

    const hammering = await hammer();
    const oldPids = await ask(
      admin,
      "select pid from pg_stat_activity where application_name = 'application'",
    );
    expect(oldPids).toHaveLength(10);
    await copyDatabaseSettings(admin, live, incoming);
    await copyDatabaseSettings(admin, live, incoming);
    const startedAt = performance.now();
    await swapDatabases(admin, { live, incoming, keepAs });
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(
      await ask(admin, `select pid from pg_stat_activity where pid = any('{${oldPids.join(',')}}')`),
    ).toEqual([]);
    await hammering.stop();

    expect(hammering.seen).toEqual(new Set(['old', 'new']));
    expect(hammering.lost()).toBeGreaterThanOrEqual(10);
    expect([await contentOf(live), await contentOf(keepAs)]).toEqual(['new', 'old']);
    expect(await databaseExists(admin, incoming)).toBe(false);
    expect(await describeDatabase(live)).toEqual(before);
    expect(before).toMatchObject({
      owner: 'owner_x',
      limit: 42,
      comment: "it's \\ the live one",
      settings: [
        "- app.custom=it's \\ here",
        '- search_path="$user", public, "Odd, one"',
        '- work_mem=7MB',
        'visitor statement_timeout=5s',
      ],
    });

    // And back again, as an undo does.
    await swapDatabases(admin, { live, incoming: keepAs, keepAs: incoming });
    expect([await contentOf(live), await contentOf(incoming)]).toEqual(['old', 'new']);
  });

  test('with nothing live: the incoming one takes the name', async () => {
    await server.make(incoming, "create table t as select 'new' as what");
    await swapDatabases(admin, { live, incoming, keepAs });
    expect(await contentOf(live)).toBe('new');
    expect(await listDatabases(admin, '%one')).toEqual([]);
  });

  test.each<[string, () => Promise<unknown>]>([
    ['the incoming one is missing', () => dropDatabase(admin, incoming)],
    ['the name to keep it under is taken', () => server.make(keepAs)],
  ])('%s: swap_failed, the live one untouched and its sessions too', async (_name, spoil) => {
    await makeBoth();
    await spoil();
    const session = await openClient(server.connect(live));
    try {
      await expect(swapDatabases(admin, { live, incoming, keepAs })).rejects.toMatchObject({
        code: 'swap_failed',
        message: expect.stringContaining('is as it was'),
      });
      expect((await session.query('select what from t')).rows).toEqual([{ what: 'old' }]);
    } finally {
      await closeClient(session);
    }
  });

  test('an open prepared transaction: swap_failed after the first rename was refused, nothing changed', async () => {
    await makeBoth();
    await run(server.connect(live), "begin; insert into t values ('more'); prepare transaction 'left open'");
    try {
      await expect(swapDatabases(admin, { live, incoming, keepAs })).rejects.toMatchObject({
        code: 'swap_failed',
      });
      expect([await contentOf(live), await contentOf(incoming)]).toEqual(['old', 'new']);
    } finally {
      await run(server.connect(live), "rollback prepared 'left open'");
    }
  });

  test('an account without the right: swap_failed, nothing changed', async () => {
    await makeBoth();
    const weak = { ...admin, user: 'app', password: 'app' };
    await expect(swapDatabases(weak, { live, incoming, keepAs })).rejects.toMatchObject({
      code: 'swap_failed',
      message: expect.stringMatching(/must be owner/),
    });
    expect([await contentOf(live), await contentOf(incoming)]).toEqual(['old', 'new']);
  });

  test('an owner with CREATEDB needs no superuser', async () => {
    await run(admin, "create role strong login createdb password 'strong'");
    const strong = { ...admin, user: 'strong', password: 'strong' };
    await run(strong, `create database ${quoted}`);
    await createDatabaseLike(strong, live, incoming);
    await copyDatabaseSettings(strong, live, incoming);
    expect(await preflightSwap(strong, live)).toEqual([
      expect.objectContaining({ check: 'space', blocking: false }),
    ]);
    await swapDatabases(strong, { live, incoming, keepAs });
    expect(await databaseExists(strong, keepAs)).toBe(true);
  });
});

async function describeDatabase(name: string): Promise<unknown> {
  const [description] = await ask(
    admin,
    `select json_build_object('owner', datdba::regrole, 'limit', datconnlimit, 'acl', (select array_agg(acl::text order by acl::text) from unnest(datacl) acl),
              'comment', shobj_description(d.oid, 'pg_database'), 'encoding', encoding, 'collate', datcollate, 'ctype', datctype,
              'settings', (select array_agg(coalesce(r.rolname, '-') || ' ' || element order by coalesce(r.rolname, '-') || ' ' || element collate "C") from pg_db_role_setting s
                             left join pg_roles r on r.oid = s.setrole, unnest(s.setconfig) element where s.setdatabase = d.oid))
       from pg_database d where datname = '${name.replaceAll("'", "''")}'`,
  );
  return description;
}

describe('a database like another', () => {
  test('has its owner, encoding and locale', async () => {
    await run(
      admin,
      `create database ${quoted} template template0 owner owner_x encoding 'LATIN1' lc_collate 'C' lc_ctype 'C'`,
    );
    await createDatabaseLike(admin, live, incoming);
    expect(await describeDatabase(incoming)).toEqual(await describeDatabase(live));
  });

  test('of ICU, where the server has it', async () => {
    await run(
      admin,
      `create database ${quoted} template template0 encoding 'UTF8' locale_provider icu icu_locale 'de-DE-u-kn-true'`,
    );
    await createDatabaseLike(admin, live, incoming);
    expect(
      await ask(
        admin,
        `select count(distinct (datlocprovider, ${await icuColumn()}, datcollate))::int from pg_database where datname in ('${live}', '${incoming}')`,
      ),
    ).toEqual([1]);
  });

  test('like none: as the server makes them', async () => {
    await createDatabaseLike(admin, undefined, incoming);
    expect(await databaseExists(admin, incoming)).toBe(true);
  });

  test('a name that is taken', async () => {
    await server.make(incoming);
    await expect(createDatabaseLike(admin, undefined, incoming)).rejects.toMatchObject({
      code: 'name_taken',
    });
    await server.make(live);
    await expect(renameDatabase(admin, live, incoming)).rejects.toMatchObject({ code: 'name_taken' });
  });

  test('a live one that is missing', async () => {
    await expect(createDatabaseLike(admin, live, incoming)).rejects.toMatchObject({
      code: 'database_missing',
    });
    await expect(preflightSwap(admin, live)).rejects.toMatchObject({ code: 'database_missing' });
  });
});
const icuColumn = async (): Promise<string> =>
  Number((await ask(admin, "select current_setting('server_version_num')"))[0]) >= 170_000
    ? 'datlocale'
    : 'daticulocale';

test('comments, names and patterns', async () => {
  await server.make(live);
  expect(await getDatabaseComment(admin, live)).toBeUndefined();
  await setDatabaseComment(admin, live, `a 'note' with \\ and {"json": true}`);
  expect(await getDatabaseComment(admin, live)).toBe(`a 'note' with \\ and {"json": true}`);
  await setDatabaseComment(admin, live, undefined);
  expect(await getDatabaseComment(admin, live)).toBeUndefined();
  expect(await getDatabaseComment(admin, 'nowhere')).toBeUndefined();
  expect(await listDatabases(admin, 'Live%')).toEqual([live]);
  const session = await openClient(server.connect(live));
  await dropDatabase(admin, live);
  await dropDatabase(admin, live);
  await closeClient(session);
  expect(await listDatabases(admin, 'Live%')).toEqual([]);
});

describe('before a swap', () => {
  const blocking = async (target: Target, needs = {}): Promise<readonly string[]> =>
    (await preflightSwap(target, live, needs)).filter((one) => one.blocking).map((one) => one.detail);

  test('nothing in the way but the question of space', async () => {
    await makeBoth();
    expect(await preflightSwap(admin, live)).toEqual([
      expect.objectContaining({ check: 'space', blocking: false }),
    ]);
  });

  test('everything in the way is named at once', async () => {
    await makeBoth();
    const database = server.connect(live);
    await run(database, "select pg_create_logical_replication_slot('a_slot', 'test_decoding')");
    await run(database, 'create publication a_publication for all tables');
    await run(
      database,
      "create subscription a_subscription connection 'host=/nowhere' publication p with (connect = false)",
    );
    await run(database, "begin; insert into t values ('more'); prepare transaction 'left open'");
    try {
      const findings = await preflightSwap({ ...admin, user: 'app', password: 'app' }, live, {
        roles: ['owner_x', 'missing_role'],
        extensions: { plpgsql: '1.0', missing_extension: '2' },
      });
      expect(findings.map((one) => [one.check, one.blocking])).toEqual([
        ['rights', true],
        ['rights', true],
        ['prepared transactions', true],
        ['replication slots', true],
        ['subscriptions', true],
        ['space', false],
        ['roles', true],
        ['extensions', true],
        ['publications', false],
      ]);
      const text = findings.map((one) => one.detail).join('\n');
      for (const name of [
        'left open',
        'a_slot',
        'a_subscription',
        'a_publication',
        'missing_role',
        'missing_extension',
      ])
        expect(text).toContain(`"${name}"`);
    } finally {
      await run(database, "rollback prepared 'left open'");
      await run(database, "select pg_drop_replication_slot('a_slot')");
      await run(database, 'alter subscription a_subscription set (slot_name = none)');
      await run(database, 'drop subscription a_subscription');
    }
  });

  test('sessions of others that the account may not end', async () => {
    await run(admin, "create role stronger login createdb password 'stronger'");
    const stronger = { ...admin, user: 'stronger', password: 'stronger' };
    await run(stronger, `create database ${quoted}`);
    const session = await openClient(server.connect(live));
    try {
      expect(await blocking(stronger)).toEqual([expect.stringContaining('may not end 1 sessions')]);
    } finally {
      await closeClient(session);
    }
  });
});

describe('before a restore in place', () => {
  test('extra tables, what depends on expected ones, and sessions', async () => {
    const database = await server.make(
      live,
      `create table expected (id int primary key); create table "Extra" (id int references expected);
       create materialized view seen as select * from expected; create table alone (i int); create view plain as select 1`,
    );
    const session = await openClient(database);
    try {
      const { extraObjects, findings } = await preflightInPlace(database, ['public.expected', 'public.gone']);
      expect(extraObjects).toEqual(['public."Extra"', 'public.alone', 'public.seen']);
      expect(findings.map((one) => [one.check, one.blocking, one.detail])).toEqual([
        [
          'dependents',
          true,
          expect.stringMatching(/^public\."Extra".* depends on public\.expected \(foreign key\)/),
        ],
        [
          'dependents',
          true,
          expect.stringMatching(/^public\.seen.* depends on public\.expected \(materialized view\)/),
        ],
        ['sessions', false, expect.stringContaining('1 other session')],
      ]);
    } finally {
      await closeClient(session);
    }
  });

  test('tables of another owner', async () => {
    const database = await server.make(live, 'create table expected (id int)');
    const { findings } = await preflightInPlace({ ...database, user: 'app', password: 'app' }, [
      'public.expected',
    ]);
    expect(findings).toEqual([expect.objectContaining({ check: 'rights', blocking: true })]);
  });
});
