import type { Client, Followed } from '@holdfast/client';
import type { Finding } from './doctor/finding.ts';
import { HoldfastError } from '@holdfast/contracts';
import { expect, test, vi } from 'vitest';
import { auditEntry, deadLetter, exportedChain, token } from '../test/access.ts';
import { run, status } from '../test/builders.ts';
import { call } from '../test/fake-client.ts';
import { shown } from '../test/fake-terminal.ts';
import { stylesFor } from '../test/styles-for.ts';
import { renderDestinations } from './render/destinations.ts';
import { renderFindings } from './render/findings.ts';
import { displayWidth } from './render/width.ts';

// Who may what, who did what, and what happens: golden files, to be read as examples.

const tokens = [
  token(),
  token({
    id: 'fedcba9876543210',
    name: 'continuous integration',
    grants: [{ permissions: ['backup:create', 'run:read'], databases: ['shop-*', 'app'] }],
    createdBy: undefined,
    lastUsedAt: undefined,
    expiresAt: undefined,
  }),
  token({
    id: '00112233aabbccdd',
    name: 'old',
    expiresAt: '2026-11-20T00:00:00Z',
    rotatedTo: '0123456789abcdef',
  }),
];
const entries = [
  auditEntry(3),
  auditEntry(2, {
    who: 'token 0123…',
    action: 'deleteBackup',
    outcome: 'refused',
    status: 403,
    target: undefined,
  }),
  auditEntry(1, { outcome: 'failed', status: 503, action: 'createBackup', target: 'app' }),
];
const letters = [
  deadLetter(),
  deadLetter({ sequence: 4, type: undefined, durable: 'history', subject: undefined }),
];

const followed = (sequence: number, fields: object): Followed => ({
  kind: 'event',
  sequence,
  event: {
    specversion: '1.0',
    id: `e${sequence}`,
    type: 'backup.completed',
    source: '/holdfast/backup-worker',
    subject: run().id,
    time: '2026-11-24T15:59:58Z',
    datacontenttype: 'application/json',
    database: 'toeic',
    data: { filename: 'toeic_20261124T155700Z_full_1a2b3c4d.dump.zst' },
    ...fields,
  },
});
const happened: readonly Followed[] = [
  followed(7, {}),
  followed(8, {
    type: 'restore.failed',
    data: { error: { code: 'restore_failed', message: 'relation "orders" exists already\u001b[2J' } },
  }),
  followed(9, {
    type: 'schedule.missed',
    subject: 'nightly',
    database: undefined,
    data: { schedule: 'nightly' },
  }),
];
const following: Client['followEvents'] = async function* () {
  yield* happened;
};

const scenes: readonly (readonly [string, string, Partial<Client>])[] = [
  ['tokens-list', 'tokens', { listTokens: async () => ({ tokens: [...tokens] }) }],
  ['tokens-none', 'tokens list', { listTokens: async () => ({ tokens: [] }) }],
  [
    'tokens-create',
    'tokens create grafana --role viewer --expires 30d',
    { createToken: async () => ({ token: `hf_${'x'.repeat(43)}`, view: token() }) },
  ],
  [
    'tokens-rotate',
    'tokens rotate 0123456789abcdef --overlap 1h',
    { rotateToken: async () => ({ token: `hf_${'y'.repeat(43)}`, view: token() }) },
  ],
  ['tokens-revoke', 'tokens revoke 0123456789abcdef --yes', { revokeToken: async () => token() }],
  ['users-list', 'users', { listTokens: async () => ({ tokens: [...tokens] }) }],
  ['users-none', 'users', { listTokens: async () => ({ tokens: [] }) }],
  [
    'users-remove',
    'users remove old --yes',
    {
      listTokens: async () => ({ tokens: [...tokens] }),
      revokeToken: async ({ token: id }) => token({ id, name: 'old' }),
    },
  ],
  ['audit-list', 'audit', { listAudit: async () => ({ entries: [...entries], nextCursor: '1' }) }],
  [
    'audit-verify',
    'audit verify',
    { exportAudit: async () => new Response(exportedChain(['{"a":1}', '{"a":2}']).text) },
  ],
  ['dlq-list', 'dlq', { listDeadLetters: async () => ({ deadLetters: [...letters], total: 9 }) }],
  ['dlq-none', 'dlq list', { listDeadLetters: async () => ({ deadLetters: [], total: 0 }) }],
  [
    'dlq-show',
    'dlq show 12',
    { getDeadLetter: async () => ({ ...deadLetter(), event: { type: 'backup.failed', data: { a: [1] } } }) },
  ],
  ['dlq-retry', 'dlq retry 12', { retryDeadLetter: async () => deadLetter() }],
  ['dlq-remove', 'dlq remove 12 --yes', { removeDeadLetter: async () => deadLetter() }],
  ['databases', 'databases', { listDatabases: async () => ({ databases: status().databases }) }],
  ['databases-none', 'databases', { listDatabases: async () => ({ databases: [] }) }],
  [
    'destinations',
    'destinations',
    {
      listDestinations: async () => ({
        destinations: [
          {
            id: 'primary',
            isPrimary: true,
            location: 'file:///srv/holdfast/backups',
            outcome: 'ok',
            detail: 'can be written, 71 % full',
            freeBytes: 21_000_000_000,
          },
          {
            id: 'offsite',
            outcome: 'critical',
            detail: 'It cannot be written. 88 % full.',
            freeBytes: 3_000_000_000,
            daysUntilFull: 12.4,
          },
        ],
      }),
    },
  ],
  [
    'runs-log',
    `runs log ${run().id}`,
    {
      getRunLog: async () => ({
        isWhole: false,
        events: happened.flatMap((each) =>
          each.kind === 'event' ? [{ sequence: each.sequence, event: each.event }] : [],
        ),
      }),
    },
  ],
  [
    'runs-retry',
    `runs retry ${run().id}`,
    { retryRun: async () => run({ id: '0190b0a0-0000-7000-8000-0000000000ab', state: 'requested' }) },
  ],
  ['events', 'events', { followEvents: following }],
];

for (const columns of [80, 120]) {
  test.each(scenes)(`%s at ${columns} columns`, async (name, line, methods) => {
    const { out, err, code } = await call(line, methods, { columns });
    expect([code, shown(err)]).toEqual([0, '']);
    for (const each of shown(out).split('\n')) expect(displayWidth(each)).toBeLessThanOrEqual(columns);
    await expect(shown(out)).toMatchFileSnapshot(`../test/golden/${name}-${columns}.txt`);
  });
}

const findings: readonly Finding[] = [
  {
    check: 'server',
    subject: 'http://127.0.0.1:8484',
    outcome: 'ok',
    detail: 'answers, and takes the token',
  },
  {
    check: 'clock',
    subject: 'server',
    outcome: 'warning',
    detail: 'is 30 s behind ours',
    mend: 'timedatectl set-ntp true',
  },
  {
    check: 'privileges',
    subject: 'app',
    outcome: 'critical',
    code: 'insufficient_privilege',
    detail: 'holdfast cannot read sales.orders, sales.lines and 6 more: every backup would fail',
    mend: 'GRANT pg_read_all_data TO holdfast; (PostgreSQL 13: GRANT USAGE on the schemas and SELECT on what is in them)',
  },
  { check: 'schedules', outcome: 'skipped', detail: 'could not be looked at' },
];

test.each([80, 120])('findings at %i columns', async (columns) => {
  const lines = renderFindings(stylesFor({ columns }), [
    { title: 'The server', findings: findings.slice(0, 2) },
    { title: 'This machine', findings: findings.slice(2) },
  ]);
  for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`../test/golden/doctor-${columns}.txt`);
});

test('a local destination tells its place and its room', () => {
  const lines = renderDestinations(stylesFor(), [
    { id: 'file-1', isPrimary: true, location: 'file:///b', outcome: 'ok', freeBytes: 5e9, totalBytes: 1e10 },
  ]);
  expect(lines).toEqual(['● file-1  primary', '  where  file:///b', '  free   5.0 GB of 10.0 GB']);
});

test('events --json: one document a line; --limit ends it, --since leaves out what is older', async () => {
  const { out } = await call('events --json --limit 2', { followEvents: following });
  expect(
    out
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { sequence: number }).sequence),
  ).toEqual([7, 8]);
  const asked = vi.fn(following);
  const since = await call('events --since 1s --json', { followEvents: asked });
  expect(since.out).toBe('');
  expect(asked.mock.calls[0]?.[0]).toEqual({ since: expect.stringMatching(/^\d{4}-.*Z$/) });
});

test('events are asked for as the flags say, and Ctrl-C is no failure', async () => {
  const { fakeTerminal } = await import('../test/fake-terminal.ts');
  const fake = fakeTerminal();
  const asked = vi.fn<Client['followEvents']>(async function* (_input, { signal } = {}) {
    fake.interrupt();
    signal?.throwIfAborted();
    yield* happened;
  });
  const { connectTo } = await import('../test/fake-client.ts');
  const { runCli } = await import('./run-cli.ts');
  const argv = ['events', '--database', 'app', '--type', 'backup.*', '--progress', '--after', '5'];
  expect(await runCli(argv, fake, connectTo({ followEvents: asked }))).toBe(0);
  expect(asked.mock.calls[0]?.[0]).toEqual({ database: 'app', type: 'backup.*', progress: 'true', after: 5 });
});

test.each([
  [
    'tokens create ci --permission backup:create run:read --database shop-* app',
    { permissions: ['backup:create', 'run:read'], databases: ['shop-*', 'app'] },
  ],
  ['tokens create ci --role operator', { role: 'operator', permissions: [], databases: ['*'] }],
])('%s asks for %o', async (line, grant) => {
  const createToken = vi.fn<Client['createToken']>(async () => ({ token: 'hf_x', view: token() }));
  await call(line, { createToken });
  expect(createToken).toHaveBeenCalledWith({ name: 'ci', grants: [grant] });
});

test.each([
  ['tokens create ci', /What may the token do/],
  ['tokens create ci --permission backup:craete', /no permission/],
  ['tokens create ci --role viewer --expires soon', /no duration/],
  ['audit --since yesterday', /neither a time nor a duration/],
  ['audit --since 5', /neither a time nor a duration/],
  ['events --since soon', /neither a time nor a duration/],
  ['dlq show twelve', /whole number/],
  ['profiles add Prod --url https://a', /no name for a profile/],
  ['profiles add prod', /needs the address/],
  ['profiles add prod --url https://a:b@c', /password does not belong/],
])('%s is refused before anybody is asked', async (line, message) => {
  const { code, err } = await call(line);
  expect(code).toBe(2);
  expect(err).toMatch(message);
});

test.each([
  [
    'tokens revoke 0123456789abcdef',
    { listTokens: async () => ({ tokens }), revokeToken: async () => token() },
    'grafana',
  ],
  [
    'dlq remove 12',
    {
      getDeadLetter: async () => ({ ...deadLetter(), event: {} }),
      removeDeadLetter: async () => deadLetter(),
    },
    '12',
  ],
])('%s asks first', async (line, methods: Partial<Client>, word) => {
  expect((await call(line, methods)).code).toBe(2);
  expect((await call(line, methods, { columns: 80, answers: ['no'] })).code).toBe(1);
  const { code, err } = await call(line, methods, { columns: 80, answers: [word] });
  expect(code).toBe(0);
  expect(err).toContain('cannot be');
});

test.each([
  [
    'a changed record',
    (line: Record<string, unknown>, index: number) => (index === 1 ? { ...line, record: '{}' } : line),
    /entry 2: its record was changed/i,
  ],
  [
    'a missing one',
    (line: Record<string, unknown>, index: number) => (index === 1 ? undefined : line),
    /entry 2: entry 2 is missing/i,
  ],
  [
    'a cut one',
    (line: Record<string, unknown>) => ('verified' in line ? undefined : line),
    /without its verdict/,
  ],
  [
    'a server that finds it broken',
    (line: Record<string, unknown>) => ('verified' in line ? { ...line, verified: false } : line),
    /server itself/,
  ],
])('audit verify tells %s, and fails', async (_name, change, message) => {
  const { text } = exportedChain(['{"a":1}', '{"a":2}', '{"a":3}'], change);
  const { code, err } = await call('audit verify', { exportAudit: async () => new Response(text) });
  expect(code).toBe(1);
  expect(err).toMatch(message);
});

test('audit verify --head: a head of an earlier export is in it, or something was cut off', async () => {
  const earlier = exportedChain(['{"a":1}']);
  const exportAudit = async () => new Response(exportedChain(['{"a":1}', '{"a":2}']).text);
  expect((await call(`audit verify --head ${earlier.head}`, { exportAudit })).code).toBe(0);
  const other = await call(`audit verify --head ${'f'.repeat(64)}`, { exportAudit });
  expect(other.code).toBe(1);
  expect(other.err).toContain('cut off or made anew');
});

test('doctor --json: the findings beside the error, the exit code of the worst', async () => {
  const getStatus = () => Promise.reject(new HoldfastError('unauthorized', 'This token is not known.'));
  const { out, code } = await call(
    'doctor --json',
    { getStatus },
    { env: { HOLDFAST_HOME: '/nonexistent', PATH: '' } },
  );
  expect(code).toBe(5);
  expect(JSON.parse(out)).toMatchObject({
    error: { code: 'unauthorized' },
    findings: expect.arrayContaining([
      expect.objectContaining({ check: 'credentials', outcome: 'critical' }),
    ]),
  });
});
