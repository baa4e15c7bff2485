import { retentionPolicySchema, type RetentionPlan } from '@holdfast/contracts';
import { expect, test } from 'vitest';
import { calendarOf } from './calendar.ts';
import { planRetention } from './plan-retention.ts';
import { madeUpHistory, simulate } from './simulate.ts';

const FROM = new Date('2025-12-31T03:00:00Z');
const DAY_MS = 86_400_000;

test('a weekly full with daily incrementals under 7 daily, 4 weekly, 6 monthly', async () => {
  const history = madeUpHistory({ from: FROM, days: 200, fullEvery: 7 });
  const policy = retentionPolicySchema.parse({ keepDaily: 7, keepWeekly: 4, keepMonthly: 6 });
  const { last, left } = simulate({ policy, history, from: FROM, days: 200 });
  expect(left).toHaveLength(last.keep.length);
  await expect(rendered(last)).toMatchFileSnapshot('golden/weekly-full-daily-incremental.txt');
});

test('the whole plan of one clean-up', async () => {
  const history = madeUpHistory({ from: FROM, days: 40 });
  const policy = retentionPolicySchema.parse({ keepDaily: 5, keepWeekly: 3, timezone: 'Europe/Berlin' });
  const plan = planRetention({
    database: 'app',
    backups: history,
    policy,
    now: new Date('2026-02-10T00:00:00Z'),
  });
  await expect(rendered(plan)).toMatchFileSnapshot('golden/daily-fulls.txt');
});

test('plays limits day by day: what is made, kept and removed', () => {
  const history = madeUpHistory({ from: FROM, days: 5, fullBytes: 10 });
  const policy = retentionPolicySchema.parse({ maxAgeMs: 2 * DAY_MS });
  const { days } = simulate({ policy, history, from: FROM, days: 7 });
  expect(days.map(({ made, kept, keptBytes, removed }) => [made, kept, keptBytes, removed.length])).toEqual([
    [1, 1, 10, 0],
    [1, 2, 20, 0],
    [1, 3, 30, 0],
    [1, 3, 30, 1],
    [1, 3, 30, 1],
    [0, 2, 20, 1],
    // Then it has stopped: the last one stays for ever.
    [0, 1, 10, 1],
  ]);
});

test('a calendar has all days of its months, with what stays and why', () => {
  const history = madeUpHistory({ from: FROM, days: 40 });
  const policy = retentionPolicySchema.parse({ keepLast: 2, keepMonthly: 2 });
  const plan = planRetention({
    database: 'app',
    backups: history,
    policy,
    now: new Date('2026-02-10T00:00:00Z'),
  });
  const calendar = calendarOf(plan);
  expect(calendar.map(({ month, days }) => [month, days.length])).toEqual([
    ['2026-01', 31],
    ['2026-02', 28],
  ]);
  expect(calendar[0]?.days.at(-1)).toEqual({
    date: '2026-01-31',
    weekday: 6,
    kept: 1,
    rules: ['monthly'],
    removed: 0,
  });
  expect(calendar[0]?.days.at(-2)).toMatchObject({ kept: 0, removed: 1 });
});

test('no history, no calendar', () => {
  const policy = retentionPolicySchema.parse({});
  const { last } = simulate({ policy, history: [], from: FROM, days: 3 });
  expect(calendarOf(last)).toEqual([]);
});

function rendered(plan: RetentionPlan): string {
  const kept = plan.keep.map(
    ({ name, reasons }) =>
      `keep   ${name}: ${reasons.map(({ rule, detail }) => `${rule} (${detail})`).join(', ')}`,
  );
  const removed = plan.remove.map(({ name, because }) => `remove ${name}: ${because}`);
  return [...kept, ...removed, `frees ${plan.freesBytes}`, ...plan.unmet, ''].join('\n');
}
