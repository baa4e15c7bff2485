import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { HARD_ROLES, HARD_SCHEMA } from '../../test/hard-schema.ts';
import {
  ask,
  assertNothingLeft,
  bytesOf,
  never,
  processesWith,
  run,
  startServer,
  type Server,
} from '../../test/server.ts';
import {
  compareFingerprints,
  openSnapshot,
  restorePlainSql,
  takeFingerprint,
  type Fingerprint,
  type Target,
} from '../index.ts';

let server: Server;
let folder: string;
let target: Target;
let number = 0;
beforeAll(async () => {
  server = await startServer();
  folder = await mkdtemp(join(tmpdir(), 'hf-hostile-'));
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  number += 1;
  target = await server.make(`plain_${process.pid}_${number}`);
});
afterEach(() => assertNothingLeft('/psql'));

const restore = (...sql: readonly (string | Uint8Array)[]) =>
  restorePlainSql({ target, tools: server.tools, source: bytesOf(...sql), signal: never });
const tables = () =>
  ask(target, "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'");

async function fingerprintOf(database: Target): Promise<Fingerprint> {
  const snapshot = await openSnapshot(database, { applicationName: 'test' });
  try {
    return await takeFingerprint({
      client: snapshot.client,
      target: database,
      tools: server.tools,
      snapshotId: snapshot.id,
      signal: never,
    });
  } finally {
    await snapshot.close();
  }
}

test("pg_dump's plain format comes back whole", async () => {
  await run(server.admin, HARD_ROLES);
  const hard = await server.make('hard', HARD_SCHEMA);
  const { stdout } = spawnSync(join(server.tools.dir, 'pg_dump'), ['-d', 'hard'], {
    env: { PGHOST: hard.host, PGPORT: String(hard.port), PGUSER: hard.user, PGPASSWORD: hard.password ?? '' },
  });
  expect(stdout.toString()).toContain('\\restrict');
  await restore(stdout.subarray(0, 5_001), stdout.subarray(5_001));
  const findings = compareFingerprints(await fingerprintOf(hard), await fingerprintOf(target));
  expect(findings.map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'ok', 'ok']);
});

describe('hostile SQL runs no program and leaves nothing', () => {
  const attacks: readonly (readonly [string, (file: string) => string])[] = [
    ['\\!', (file) => `\\! touch ${file}\n`],
    ['\\! after a statement', (file) => `create table t (i int);\n\\! touch ${file}\n`],
    ['\\! on the line of a statement', (file) => `select 1; \\! touch ${file}\n`],
    ['\\copy to a program', (file) => `create table t (i int);\n\\copy t to program 'touch ${file}'\n`],
    ['\\copy from a program', (file) => `create table t (i int);\n\\copy t from program 'touch ${file}'\n`],
    ['\\o', (file) => `\\o | cat > ${file}\nselect 1;\n`],
    ['\\g', (file) => `select 1 \\g ${file}\n`],
    ['\\w', (file) => `select 1\n\\w ${file}\n`],
    ['\\i', () => '\\i /etc/passwd\n'],
    ['\\set with backquotes', (file) => `\\set x \`touch ${file}\`\n`],
    ['after a \\unrestrict of its own', (file) => `\\restrict a\n\\unrestrict a\n\\! touch ${file}\n`],
    [
      'behind COPY data',
      (file) => `create table t (i int);\nCOPY t FROM stdin;\n1\n\\.\n\\! touch ${file}\n`,
    ],
    [
      'behind strings that change their rules',
      (file) => `set standard_conforming_strings = off;\nselect 'a\\'' \\! touch ${file}\n';\n`,
    ],
    [
      'behind strings that change their rules out of sight: psql itself refuses',
      (file) =>
        `select set_config('standard_conforming_strings', 'off', false);\nselect 'a\\'' ; \n\\! touch ${file}\n';\n`,
    ],
  ];
  test.each(attacks)('%s', async (_name, attack) => {
    const file = join(folder, `made-${number}`);
    await expect(restore(attack(file))).rejects.toMatchObject({
      code: expect.stringMatching(/^(invalid_backup|restore_failed)$/),
    });
    expect(existsSync(file)).toBe(false);
    expect(await tables()).toEqual([]);
  });

  test('backslashes in strings and COPY data are data', async () => {
    const file = join(folder, 'data');
    await restore(
      `create table t (x text);\ninsert into t values ('\\! touch ${file}'), (E'a\\\\b'), ($$\\i x$$);\n`,
      `COPY t FROM stdin;\n\\\\! touch ${file}\n\\N\n\\.\n`,
    );
    expect(existsSync(file)).toBe(false);
    expect(await ask(target, 'select x from t')).toEqual([
      `\\! touch ${file}`,
      'a\\b',
      '\\i x',
      `\\! touch ${file}`,
      null,
    ]);
  });
});

describe('all of it or nothing', () => {
  test('an SQL error: the line, the cause, and no table', async () => {
    await expect(
      restore('create table t (i int);\nselect 1;\ninsert into gone values (1);\n'),
    ).rejects.toMatchObject({
      code: 'restore_failed',
      message: expect.stringMatching(/relation "gone" does not exist; nothing was changed/),
    });
    expect(await tables()).toEqual([]);
  });

  test('a file that was cut', async () => {
    await expect(restore('create table t (i int);\ninsert into t values (1')).rejects.toMatchObject({
      code: 'archive_truncated',
    });
    await expect(restore('create table t (i int);\nCOPY t FROM stdin;\n1\n')).rejects.toMatchObject({
      code: 'archive_truncated',
    });
    expect(await tables()).toEqual([]);
  });

  test('the source fails', async () => {
    const broken = new Error('broken');
    async function* source(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('create table t (i int);\n');
      throw broken;
    }
    await expect(
      restorePlainSql({ target, tools: server.tools, source: source(), signal: never }),
    ).rejects.toBe(broken);
    expect(await tables()).toEqual([]);
  });

  test('this process dies: psql sees the end of its input, and commits nothing', async () => {
    const script = `
      import { restorePlainSql } from ${JSON.stringify(join(import.meta.dirname, '../index.ts'))};
      async function* source() {
        yield Buffer.from("create table t (i int);\\nselect pg_notify('made', '');\\n");
        process.stdout.write('sent');
        await new Promise((resolve) => setTimeout(resolve, 60_000));
      }
      await restorePlainSql(${JSON.stringify({ target, tools: server.tools }).slice(
        0,
        -1,
      )}, source: source(), signal: new AbortController().signal });`;
    const { spawn } = await import('node:child_process');
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    await untilTrue(async () => {
      const seen = await ask(
        server.admin,
        `select count(*)::int from pg_stat_activity where datname = '${target.database}' and state = 'idle in transaction'`,
      );
      return seen[0] === 1;
    });
    child.kill('SIGKILL');
    await untilTrue(async () => (await processesWith(`--dbname=dbname='${target.database}'`)).length === 0);
    expect(await tables()).toEqual([]);
  });

  test('a transaction command of its own is found out', async () => {
    await expect(
      restore('create table t (i int);\nrollback;\nselect 1;\ncreate table t (i int);\nselect 1/0;\n'),
    ).rejects.toMatchObject({ code: 'restore_failed' });
  });
});

test('a psql that cannot be restricted is not used at all', async () => {
  const old = { ...server.tools, version: '15.13', dir: '/nonexistent' };
  await expect(
    restorePlainSql({ target, tools: old, source: bytesOf(''), signal: never }),
  ).rejects.toMatchObject({ code: 'psql_too_old' });
});

test('a wrong password', async () => {
  const wrong = { ...target, password: 'wrong' };
  await expect(
    restorePlainSql({ target: wrong, tools: server.tools, source: bytesOf('select 1;'), signal: never }),
  ).rejects.toMatchObject({ code: 'authentication_failed' });
});

/** Asks again until it is so; the test's own time limit ends it. */
async function untilTrue(look: () => Promise<boolean>): Promise<void> {
  while (!(await look())) continue;
}
