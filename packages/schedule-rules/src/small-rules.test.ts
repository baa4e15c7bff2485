import type { Schedule } from '@holdfast/contracts';
import { scheduleFieldsSchema } from '@holdfast/contracts';
import { expect, test } from 'vitest';
import { checkSchedule } from './check-schedule.ts';
import { changedFields, declareSchedule } from './declare-schedule.ts';
import { defaultSchedules, presetForNewcomers } from './default-schedules.ts';
import { expectedIntervalMs } from './expected-interval.ts';
import { jitterOf } from './jitter.ts';
import { databasesOf } from './matches-database.ts';
import { occurrenceName } from './occurrence-name.ts';

const HOUR_MS = 3_600_000;

test('jitter is the same for ever, below its limit, and spreads a hundred databases', () => {
  const schedule = { id: 'nightly', jitterMs: HOUR_MS };
  expect(jitterOf(schedule, 'shop')).toBe(2370000);
  const shares = Array.from({ length: 100 }, (_, index) => jitterOf(schedule, `db-${index}`));
  expect(Math.min(...shares)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...shares)).toBeLessThan(HOUR_MS);
  for (let quarter = 0; quarter < 4; quarter += 1) {
    const inQuarter = shares.filter((ms) => Math.floor(ms / (HOUR_MS / 4)) === quarter);
    expect(inQuarter.length).toBeGreaterThan(12);
  }
  expect(jitterOf({ id: 'nightly', jitterMs: 0 }, 'shop')).toBe(0);
});

test('a pattern means known databases, an id is taken as it is', () => {
  const known = ['shop', 'shop-eu', 'crm'];
  expect(databasesOf('*', known)).toEqual(['crm', 'shop', 'shop-eu']);
  expect(databasesOf('shop*', known)).toEqual(['shop', 'shop-eu']);
  expect(databasesOf('c?m', known)).toEqual(['crm']);
  expect(databasesOf('x*', known)).toEqual([]);
  expect(databasesOf('gone', known)).toEqual(['gone']);
});

test('an occurrence has one name, whatever the notation of its time', () => {
  expect(occurrenceName('a', '2026-01-01T01:00:00+01:00', 'b')).toBe('a:2026-01-01T00:00:00.000Z:b');
});

test.each([
  ['a day', 'daily at 03:00', '2026-03-02T12:00Z', 24],
  ['over a weekend', '0 3 * * mon-fri', '2026-03-07T12:00Z', 72],
  ['the short day in spring', 'daily at 04:00', '2026-03-28T12:00Z', 23],
])('the expected interval: %s', (_name, rule, at, hours) => {
  const timing = { rule, timezone: 'Europe/Berlin', createdAt: '2026-01-01T00:00:00.000Z' };
  expect(expectedIntervalMs(timing, new Date(at))).toBe(hours * HOUR_MS);
});

test('the environment declares one schedule, at BACKUP_TIME when it is daily', () => {
  const settings = {
    AUTO_BACKUP_ENABLED: true,
    BACKUP_INTERVAL: '24h',
    BACKUP_TIME: '03:00',
    BACKUP_TIMEZONE: 'Asia/Tokyo',
  };
  expect(defaultSchedules(settings)).toMatchObject([
    { id: 'default', rule: 'daily at 03:00', timezone: 'Asia/Tokyo', database: '*' },
  ]);
  expect(defaultSchedules({ ...settings, BACKUP_INTERVAL: '6h' })).toMatchObject([{ rule: '6h' }]);
  expect(defaultSchedules({ ...settings, AUTO_BACKUP_ENABLED: false })).toEqual([]);
});

test('the preset is sound', () => {
  const preset = presetForNewcomers('Europe/Berlin');
  expect(preset.map(({ type }) => type)).toEqual(['full', 'differential', 'incremental']);
  for (const fields of preset) expect(() => checkSchedule(fields)).not.toThrow();
});

test('a changed rule and a resumption begin anew, another description does not', () => {
  const fields = scheduleFieldsSchema.parse({ rule: '@daily' });
  const declare = (next: typeof fields, day: number, previous?: Schedule): Schedule =>
    declareSchedule(
      next,
      { id: 'a', managedBy: 'file', by: 'me', at: new Date(Date.UTC(2026, 0, day)) },
      previous,
    );
  const first = declare(fields, 1);
  expect(first).toMatchObject({
    createdAt: '2026-01-01T00:00:00.000Z',
    activeSince: '2026-01-01T00:00:00.000Z',
  });
  const described = declare({ ...fields, description: 'x' }, 2, first);
  expect(described).toMatchObject({ createdAt: first.createdAt, activeSince: first.activeSince });
  expect(changedFields(first, described)).toEqual(['description']);
  const other = declare({ ...fields, rule: '@hourly' }, 3, described);
  expect(other.activeSince).toBe('2026-01-03T00:00:00.000Z');
  const resumed = declare(fields, 5, declare({ ...fields, enabled: false }, 4, first));
  expect(resumed.activeSince).toBe('2026-01-05T00:00:00.000Z');
});
