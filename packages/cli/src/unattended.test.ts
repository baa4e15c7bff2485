import type { Client } from '@holdfast/client';
import type { ScheduleView } from '@holdfast/contracts';
import { expect, test } from 'vitest';
import { backup, run, status, validated, drill } from '../test/builders.ts';
import { call } from '../test/fake-client.ts';
import { shown } from '../test/fake-terminal.ts';
import { channels, delivery, plan, schedule } from '../test/unattended.ts';
import { displayWidth } from './render/width.ts';

// What runs by itself, as a person sees it: golden files, to be read as examples.

const schedules: readonly ScheduleView[] = [
  schedule(),
  schedule({
    id: 'office-hours',
    description: 'stündlich, außer während der Arbeit',
    rule: '30 * * * *',
    timezone: 'Europe/Berlin',
    database: 'shop-*',
    type: 'incremental',
    enabled: false,
    nextDueAt: undefined,
    managedBy: 'file',
    blackouts: [{ from: '08:00', to: '18:00', days: ['mon', 'tue'] }],
  }),
];

const cleanup = {
  removed: [{ name: 'a', filename: 'a.dump.zst', sizeBytes: 12_000_000 }],
  freedBytes: 12_000_000,
  kept: 2,
  failures: [],
};

const scenes: readonly (readonly [string, string, Partial<Client>])[] = [
  ['schedules-list', 'schedules list', { listSchedules: async () => ({ schedules: [...schedules] }) }],
  ['schedules-none', 'schedules', { listSchedules: async () => ({ schedules: [] }) }],
  ['schedules-show', 'schedules show office-hours', { getSchedule: async () => schedules[1] ?? schedule() }],
  [
    'schedules-add',
    'schedules add nightly --rule daily␣at␣03:00 --timezone Europe/Berlin',
    { createSchedule: async () => schedule() },
  ],
  [
    'schedules-pause',
    'schedules pause nightly',
    { pauseSchedule: async () => schedule({ enabled: false, nextDueAt: undefined }) },
  ],
  [
    'schedules-next',
    'schedules next nightly --count 3',
    {
      getSchedule: async () => schedule(),
      previewSchedule: async () => ({
        dueAt: ['2026-11-25T02:00:00.000Z', '2026-11-26T02:00:00.000Z', '2026-11-27T02:00:00.000Z'],
      }),
    },
  ],
  [
    'schedules-run',
    'schedules run nightly --async',
    {
      runSchedule: async () => ({
        runs: [run(), run({ id: `${run().id.slice(0, -1)}e`, database: 'shop' })],
      }),
    },
  ],
  [
    'schedules-preset',
    'schedules preset --yes',
    {
      listSchedules: async () => ({ schedules: [schedule({ id: 'weekly-full' })] }),
      createSchedule: async (fields) => schedule({ ...fields, blackouts: [], options: {} }),
    },
  ],
  ['retention-plan', 'retention plan', { planRetention: async () => ({ plans: [plan()] }) }],
  [
    'retention-simulate',
    'retention simulate --keep-daily 7 --keep-weekly 4 --keep-monthly 12 --made-up daily:365',
    {},
  ],
  [
    'retention-policies',
    'retention policies',
    {
      listPolicies: async () => ({
        policies: [
          {
            database: '_default',
            policy: { maxAgeMs: 2_592_000_000, maxCount: 100, timezone: 'UTC', minimumRedundancy: 1 },
            source: 'environment',
          },
          {
            database: 'app',
            policy: { keepDaily: 7, keepMonthly: 12, timezone: 'Europe/Berlin', minimumRedundancy: 3 },
            source: 'stored',
            version: '7',
          },
        ],
      }),
    },
  ],
  [
    'cleanup-dry-run',
    'cleanup --max-age 720h --dry-run',
    { planRetention: async () => ({ plans: [plan()] }) },
  ],
  [
    'cleanup',
    'cleanup --older-than 30d --yes',
    {
      createCleanup: async () => run({ kind: 'cleanup' }),
      watchRun: async () => run({ kind: 'cleanup', state: 'completed', cleanup }),
    },
  ],
  [
    'pin',
    'pin --file x --reason end␣of␣year --until 90d',
    {
      pinBackup: async ({ until, reason = '' }) => ({
        name: backup().name,
        pin: { reason, by: 'anna', at: '2026-11-24T16:00:00Z', ...(until === undefined ? {} : { until }) },
      }),
    },
  ],
  ['unpin', 'unpin --file x', { unpinBackup: async () => ({ name: backup().name }) }],
  [
    'notifications-list',
    'notifications list',
    {
      listNotifications: async () => ({
        deliveries: [
          delivery(),
          delivery({
            id: 'd2f0c7a1b3e4',
            state: 'dead',
            attempts: 12,
            lastError: { code: 'delivery_failed', message: 'slack answered 500 for 6 hours.' },
          }),
        ],
        total: 2,
      }),
    },
  ],
  [
    'notifications-retry',
    'notifications retry d2f0c7a1b3e4',
    { retryNotification: async () => delivery({ state: 'pending' }) },
  ],
  ['notifications-channels', 'notifications channels', { listChannels: async () => channels }],
  ['routes-list', 'routes', { listChannels: async () => channels }],
  [
    'routes-test',
    'routes test backup.failed --database app',
    {
      previewNotifications: async () => ({
        messages: [
          {
            route: 'failures',
            channel: 'slack',
            kind: 'slack',
            title: 'Backup of app failed',
            text: 'pg_dump ended with an error: permission denied for table orders.\nGrant SELECT on it to the account that makes the backups, then run it again.',
          },
        ],
      }),
    },
  ],
  [
    'drill',
    'drill --database toeic',
    {
      listBackups: async () => ({ backups: [backup()], problems: [], total: 1, historyAvailable: true }),
      createValidation: async () => run(),
      watchRun: async () => validated(drill),
    },
  ],
];

for (const columns of [80, 120]) {
  test.each(scenes)(`%s at ${columns} columns`, async (name, line, methods) => {
    const { code, out, err } = await call(line, methods, { columns });
    const scene = `$ backup-admin ${line.replaceAll('␣', ' ')}\n${out}--- stderr\n${shown(err)}--- exit ${code}\n`;
    const lines = out.split('\n').filter((text) => !text.startsWith('  next'));
    expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(columns);
    await expect(scene).toMatchFileSnapshot(`../test/golden/${name}-${columns}.txt`);
  });
}

test('edit changes what the flags name, and only if nobody else changed it meanwhile', async () => {
  const sent: unknown[] = [];
  const { code } = await call('schedules edit nightly --rule @hourly --encrypt --jitter 5m', {
    getSchedule: async () => schedule({ version: '41', options: { validate: 'structure' } }),
    updateSchedule: async (...call_) => {
      sent.push(...call_);
      return schedule();
    },
  });
  expect(code).toBe(0);
  expect(sent).toEqual([
    expect.objectContaining({
      schedule: 'nightly',
      rule: '@hourly',
      timezone: 'Europe/Berlin',
      jitterMs: 300_000,
      options: { validate: 'structure', encrypt: true },
    }),
    { headers: { 'if-match': '"41"' } },
  ]);
  expect(Object.keys(sent[0] as object)).not.toContain('managedBy');
});

test('cleanup asks, and does nothing without the word', async () => {
  const planRetention = async () => ({ plans: [plan()] });
  const refused = await call('cleanup', { planRetention }, { answers: ['no'] });
  expect(refused.code).toBe(1);
  expect(refused.err).toContain('Nothing was done');
  const nobody = await call('cleanup', { planRetention });
  expect(nobody.code).toBe(2);
});

test('cleanup --force is told to the server', async () => {
  const sent: unknown[] = [];
  await call('cleanup --yes --force --max-age 720h', {
    createCleanup: async (input) => {
      sent.push(input);
      return run({ kind: 'cleanup', state: 'completed', cleanup });
    },
    watchRun: async () => run({ kind: 'cleanup', state: 'completed', cleanup }),
  });
  expect(sent).toEqual([{ maxAgeMs: 2_592_000_000, force: true }]);
});

test.each([
  ['schedules add nightly', /needs a --rule/],
  ['schedules edit nightly', /what is to change/],
  ['schedules add x --rule 1h --blackout noon', /no time of day/],
  ['cleanup --max-age soon', /no duration/],
  ['cleanup --max-age 1d --older-than 1d', /the same/],
  ['retention set', /what is to stay/],
  ['retention set --policy keep-dayly=7', /no rule/],
  ['retention simulate --made-up daily:365', /which policy/],
  ['retention simulate --keep-last 3 --made-up sometimes', /no history/],
  ['pin --file x --until soon', /no duration/],
  ['routes test backup.flaied', /no event/],
  ['drill --all --database app', /one of/],
])('%s is refused before anybody is asked', async (line, message) => {
  const { code, err } = await call(line);
  expect(code).toBe(2);
  expect(err).toMatch(message);
});

test('a policy is played over the backups there are, with what each builds on', async () => {
  const backups = [
    backup({ name: 'c', createdAt: '2026-11-23T00:00:00Z', type: 'incremental', parent: 'b' }),
    backup({ name: 'b', createdAt: '2026-11-22T00:00:00Z', type: 'incremental', parent: 'a' }),
    backup({ name: 'a', createdAt: '2026-11-21T00:00:00Z' }),
    backup({ name: 'old', createdAt: '2026-10-01T00:00:00Z' }),
  ];
  const { out, code } = await call('retention simulate --keep-last 1 --json', {
    listBackups: async () => ({ backups, problems: [], total: 4, historyAvailable: true }),
  });
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ made: 4, kept: ['a', 'b', 'c'] });
});

test('NO_COLOR takes the colour out of the calendar, a terminal brings it', async () => {
  const line = 'retention simulate --keep-daily 7 --made-up daily:30';
  expect((await call(line, {}, { columns: 80, env: {} })).out).toContain('\u001b[');
  expect((await call(line, {}, { columns: 80, env: { NO_COLOR: '1' } })).out).not.toContain('\u001b');
});

test('status --detailed tells checks, schedules, storage and versions', async () => {
  const { out } = await call('status --detailed', { getStatus: async () => status() }, { columns: 120 });
  expect(out).toMatch(/CHECK.*FOUND/);
  expect(out).toContain('71 % full, 21.0 GB free, full in 40 days');
  expect(out).toMatch(/VERSION/);
});
