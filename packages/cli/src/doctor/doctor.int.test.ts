import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestNats, startTestPostgres, type TestNats, type TestPostgres } from '@holdfast/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call } from '../../test/fake-client.ts';
import type { Finding } from './finding.ts';

// `--local doctor` against a real PostgreSQL, a real NATS and a real folder.

let postgres: TestPostgres;
let nats: TestNats;
let root = '';
beforeAll(async () => {
  [postgres, nats, root] = await Promise.all([
    startTestPostgres(),
    startTestNats(),
    mkdtemp(join(tmpdir(), 'hf-cli-doctor-')),
  ]);
  await postgres.createDatabase('app');
  await postgres.psql(
    `create table open_to_all (id int); grant select on open_to_all to public;
     create table secret (id int); create sequence hidden_numbers;
     create schema vault; create table vault.gold (id int);
     create table by_row (id int); alter table by_row enable row level security; grant select on by_row to public;
     select lo_create(4711);
     create role dumper login password 'dumper';`,
    'app',
  );
});
afterAll(async () => {
  await Promise.all([postgres.stop(), nats.stop()]);
  await rm(root, { recursive: true, force: true });
});

const dumperUrl = (): string => postgres.url('app').replace(/\/\/[^@]*@/, '//dumper:dumper@');

/** The findings of one look, with these settings instead of the usual ones. */
async function findingsWith(settings: Record<string, string> = {}, flags = '') {
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOLDFAST_HOME: root,
    BACKUP_DIR: root,
    DATABASE_URL: postgres.url('app'),
    NATS_URL: nats.url,
    ...settings,
  };
  const { out, code } = await call(`--local doctor --json ${flags}`.trim(), {}, { env, now: Date.now() });
  const { findings } = JSON.parse(out) as { findings: readonly Finding[] };
  return { code, of: (check: string) => findings.filter((finding) => finding.check === check), findings };
}

test('all is well: tools, bus, repository, database; what is only advice does not fail', async () => {
  const { code, of, findings } = await findingsWith();
  expect(findings.filter(({ outcome }) => outcome === 'critical')).toEqual([]);
  expect(code).toBe(0);
  for (const check of ['settings', 'tools', 'drills', 'bus', 'repository', 'database', 'privileges'])
    expect([check, of(check).map(({ outcome }) => outcome)]).toEqual([check, ['ok']]);
  expect(of('keys')[0]).toMatchObject({ outcome: 'warning', mend: expect.stringContaining('keys generate') });
  expect((await findingsWith({}, '--strict')).code).toBe(1);
});

test('what an account cannot read is named, with the statement that mends it', async () => {
  const { code, of } = await findingsWith({ DATABASE_URL: dumperUrl() });
  expect(code).toBe(5);
  const told = of('privileges').map(({ detail }) => detail);
  expect(told).toHaveLength(3);
  expect(told[0]).toMatch(/^dumper cannot read .*public\.hidden_numbers.*public\.secret.*schema vault/);
  expect(told[0]).not.toContain('open_to_all');
  expect(told[1]).toContain('hides rows of by_row from dumper');
  expect(told[2]).toContain('1 large objects');
});

test('and it is mended by what the findings say', async () => {
  await postgres.psql(
    'grant pg_read_all_data to dumper; alter role dumper bypassrls; grant select on large object 4711 to dumper',
    'app',
  );
  const { code, of } = await findingsWith({ DATABASE_URL: dumperUrl() });
  expect(of('privileges')).toEqual([expect.objectContaining({ outcome: 'ok' })]);
  expect(code).toBe(0);
});

test.each([
  ['a folder that is away', { BACKUP_DIR: '/nonexistent/backups' }, 'repository', 1],
  ['a server that is down', { DATABASE_URL: 'postgres://a@127.0.0.1:9/b' }, 'database', 6],
  ['a setting that is none', { BACKUP_COMPRESSION: 'rar' }, 'settings', 2],
  ['no NATS at that address', { NATS_URL: 'nats://127.0.0.1:9' }, 'bus', 6],
  ['a key that is none', { BACKUP_AGE_RECIPIENTS: 'age1nonsense' }, 'keys', 2],
] as const)('%s', async (_name, settings, check, exit) => {
  const { code, of } = await findingsWith(settings);
  expect(of(check).some(({ outcome }) => outcome === 'critical')).toBe(true);
  expect(code).toBe(exit);
});

test('something else that listens there is told as such', async () => {
  const server = createServer((socket) => socket.end('220 mail.example ESMTP\r\n'));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo; // it listens on TCP
  const { of } = await findingsWith({ NATS_URL: `nats://127.0.0.1:${port}` });
  expect(of('bus')[0]?.detail).toContain('no nats-server');
  server.close();
});
