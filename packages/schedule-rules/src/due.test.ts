import { expect, test } from 'vitest';
import { dueBetween, lastDueAt, nextDueAt } from './due.ts';
import type { Timing } from './timing.ts';

const timing = (rule: string, timezone = 'UTC', more: Partial<Timing> = {}): Timing => ({
  rule,
  timezone,
  createdAt: '2026-01-01T00:00:00.000Z',
  ...more,
});
const FAR = new Date('2100-01-01T00:00:00Z');
const next = (schedule: Timing, after: string, count: number): readonly string[] =>
  dueBetween(schedule, new Date(after), FAR, count).map((due) => due.toISOString().replace(':00.000Z', 'Z'));

test.each([
  [
    'Berlin, in the gap',
    '30 2 * * *',
    'Europe/Berlin',
    '2026-03-28T12:00Z',
    ['2026-03-29T01:00Z', '2026-03-30T00:30Z'],
  ],
  [
    'Berlin, at the edge of the gap',
    'daily at 02:00',
    'Europe/Berlin',
    '2026-03-28T12:00Z',
    ['2026-03-29T01:00Z', '2026-03-30T00:00Z'],
  ],
  [
    'Berlin, gap and the time after it are one',
    '0 2,3 * * *',
    'Europe/Berlin',
    '2026-03-28T12:00Z',
    ['2026-03-29T01:00Z', '2026-03-30T00:00Z'],
  ],
  [
    'Berlin, in the fold',
    '30 2 * * *',
    'Europe/Berlin',
    '2026-10-24T12:00Z',
    ['2026-10-25T00:30Z', '2026-10-26T01:30Z'],
  ],
  ['Berlin, from within the fold', '30 2 * * *', 'Europe/Berlin', '2026-10-25T01:10Z', ['2026-10-26T01:30Z']],
  [
    'Berlin, several times in the fold',
    '0,30 2 * * *',
    'Europe/Berlin',
    '2026-10-24T12:00Z',
    ['2026-10-25T00:00Z', '2026-10-25T00:30Z', '2026-10-26T01:00Z'],
  ],
  [
    'Berlin, hours in steps are times of day',
    '0 */2 * * *',
    'Europe/Berlin',
    '2026-10-24T23:00Z',
    ['2026-10-25T00:00Z', '2026-10-25T03:00Z'],
  ],
  [
    'Berlin, every hour goes on through the fold',
    '@hourly',
    'Europe/Berlin',
    '2026-10-24T23:30Z',
    ['2026-10-25T00:00Z', '2026-10-25T01:00Z', '2026-10-25T02:00Z'],
  ],
  [
    'Berlin, every half hour through the gap',
    '*/30 * * * *',
    'Europe/Berlin',
    '2026-03-29T00:20Z',
    ['2026-03-29T00:30Z', '2026-03-29T01:00Z', '2026-03-29T01:30Z'],
  ],
  [
    'New York, in the gap',
    'daily at 02:30',
    'America/New_York',
    '2026-03-07T12:00Z',
    ['2026-03-08T07:00Z', '2026-03-09T06:30Z'],
  ],
  [
    'New York, in the fold',
    'daily at 01:30',
    'America/New_York',
    '2026-10-31T12:00Z',
    ['2026-11-01T05:30Z', '2026-11-02T06:30Z'],
  ],
  [
    'London, the fold holds UTC',
    'daily at 01:30',
    'Europe/London',
    '2026-10-24T12:00Z',
    ['2026-10-25T00:30Z', '2026-10-26T01:30Z'],
  ],
  [
    'Sydney, gap in October',
    'daily at 02:30',
    'Australia/Sydney',
    '2026-10-02T20:00Z',
    ['2026-10-03T16:00Z', '2026-10-04T15:30Z'],
  ],
  [
    'Sydney, fold in April',
    'daily at 02:30',
    'Australia/Sydney',
    '2026-04-03T20:00Z',
    ['2026-04-04T15:30Z', '2026-04-05T16:30Z'],
  ],
  [
    'Lord Howe, a gap of half an hour',
    'daily at 02:15',
    'Australia/Lord_Howe',
    '2026-10-03T12:00Z',
    ['2026-10-03T15:30Z', '2026-10-04T15:15Z'],
  ],
  [
    'Lord Howe, a fold of half an hour',
    'daily at 01:45',
    'Australia/Lord_Howe',
    '2026-04-03T20:00Z',
    ['2026-04-04T14:45Z', '2026-04-05T15:15Z'],
  ],
  [
    'Lord Howe, every twenty minutes through the fold',
    '*/20 * * * *',
    'Australia/Lord_Howe',
    '2026-04-04T14:30Z',
    ['2026-04-04T14:40Z', '2026-04-04T15:10Z', '2026-04-04T15:30Z'],
  ],
  [
    'Santiago, the gap is at midnight',
    '@daily',
    'America/Santiago',
    '2026-09-05T12:00Z',
    ['2026-09-06T04:00Z', '2026-09-07T03:00Z'],
  ],
  [
    'Santiago, the fold is at midnight',
    'daily at 23:30',
    'America/Santiago',
    '2026-04-04T12:00Z',
    ['2026-04-05T02:30Z', '2026-04-06T03:30Z'],
  ],
  [
    'Kathmandu, 45 minutes off',
    'daily at 03:00',
    'Asia/Kathmandu',
    '2026-06-01T00:00Z',
    ['2026-06-01T21:15Z'],
  ],
  [
    'Moscow 2014, a fold without summer time',
    'daily at 01:30',
    'Europe/Moscow',
    '2014-10-25T12:00Z',
    ['2014-10-25T21:30Z', '2014-10-26T22:30Z'],
  ],
  [
    'Istanbul 2016, stayed in summer time',
    'daily at 03:30',
    'Europe/Istanbul',
    '2016-10-29T12:00Z',
    ['2016-10-30T00:30Z', '2016-10-31T00:30Z'],
  ],
  [
    'Apia 2011, a day that never was',
    'daily at 03:00',
    'Pacific/Apia',
    '2011-12-29T12:00Z',
    ['2011-12-29T13:00Z', '2011-12-30T10:00Z', '2011-12-30T13:00Z'],
  ],
  [
    'Mexico since 2022, no summer time any more',
    'daily at 02:30',
    'America/Mexico_City',
    '2026-04-04T12:00Z',
    ['2026-04-05T08:30Z', '2026-04-06T08:30Z'],
  ],
  [
    'Casablanca, back in Ramadan',
    'daily at 02:30',
    'Africa/Casablanca',
    '2026-02-14T12:00Z',
    ['2026-02-15T01:30Z', '2026-02-16T02:30Z'],
  ],
  ['29 February', '0 3 29 2 *', 'UTC', '2026-01-01T00:00Z', ['2028-02-29T03:00Z', '2032-02-29T03:00Z']],
  [
    'the 31st is the last day',
    'monthly on 31 at 04:00',
    'UTC',
    '2028-01-31T04:00Z',
    ['2028-02-29T04:00Z', '2028-03-31T04:00Z', '2028-04-30T04:00Z'],
  ],
  [
    'the 30th in a short February',
    'monthly on 30 at 04:00',
    'UTC',
    '2026-01-31T00:00Z',
    ['2026-02-28T04:00Z', '2026-03-30T04:00Z'],
  ],
  ['the 31st of cron is the 31st alone', '0 4 31 * *', 'UTC', '2026-01-31T04:00Z', ['2026-03-31T04:00Z']],
  ['L is the last day', '0 4 L * *', 'UTC', '2026-01-31T04:00Z', ['2026-02-28T04:00Z', '2026-03-31T04:00Z']],
  [
    '# is the nth of a month',
    '0 4 * * mon#2',
    'UTC',
    '2026-11-01T00:00Z',
    ['2026-11-09T04:00Z', '2026-12-14T04:00Z'],
  ],
  ['the last friday', '0 4 * * 5L', 'UTC', '2026-11-01T00:00Z', ['2026-11-27T04:00Z', '2026-12-25T04:00Z']],
  [
    'the turn of the year',
    '@yearly',
    'Asia/Tokyo',
    '2026-06-01T00:00Z',
    ['2026-12-31T15:00Z', '2027-12-31T15:00Z'],
  ],
  [
    'names of days',
    'weekly on Sunday at 02:00',
    'UTC',
    '2026-11-26T00:00Z',
    ['2026-11-29T02:00Z', '2026-12-06T02:00Z'],
  ],
  [
    'day of month or day of week, as cron has it',
    '0 0 13 * fri',
    'UTC',
    '2026-11-10T00:00Z',
    ['2026-11-13T00:00Z', '2026-11-20T00:00Z'],
  ],
  [
    'a day of 24 h knows no summer time',
    '24h',
    'Europe/Berlin',
    '2026-03-28T12:00Z',
    ['2026-03-29T00:00Z', '2026-03-30T00:00Z'],
  ],
  [
    'durations count from the creation',
    '7h',
    'UTC',
    '2026-01-01T00:00Z',
    ['2026-01-01T07:00Z', '2026-01-01T14:00Z'],
  ],
])('%s', (_name, rule, timezone, after, expected) => {
  expect(next(timing(rule, timezone), after, expected.length)).toEqual(expected);
});

test.each([
  [
    'moved to the end, and one with what is due there',
    '@hourly',
    [{ from: '08:00', to: '18:00' }],
    '2026-03-02T06:30Z',
    ['2026-03-02T07:00Z', '2026-03-02T18:00Z', '2026-03-02T19:00Z'],
  ],
  [
    'asked from within',
    'daily at 03:00',
    [{ from: '02:00', to: '05:00' }],
    '2026-03-02T04:00Z',
    ['2026-03-02T05:00Z', '2026-03-03T05:00Z'],
  ],
  [
    'nothing was covered by it',
    'daily at 12:00',
    [{ from: '02:00', to: '05:00' }],
    '2026-03-02T04:00Z',
    ['2026-03-02T12:00Z'],
  ],
  [
    'over midnight, on its days alone',
    'daily at 01:00',
    [{ from: '22:00', to: '06:00', days: ['fri' as const] }],
    '2026-03-05T12:00Z',
    ['2026-03-06T01:00Z', '2026-03-07T06:00Z', '2026-03-08T01:00Z'],
  ],
  [
    'windows that touch',
    'daily at 01:00',
    [
      { from: '00:00', to: '02:00' },
      { from: '02:00', to: '03:00' },
    ],
    '2026-03-02T00:30Z',
    ['2026-03-02T03:00Z'],
  ],
])('a blackout: %s', (_name, rule, blackouts, after, expected) => {
  expect(next(timing(rule, 'UTC', { blackouts }), after, expected.length)).toEqual(expected);
});

test('a due time itself is not after itself, but is between', () => {
  const daily = timing('daily at 03:00');
  const due = new Date('2026-05-05T03:00:00Z');
  expect(nextDueAt(daily, due)?.toISOString()).toBe('2026-05-06T03:00:00.000Z');
  expect(dueBetween(daily, new Date(due.getTime() - 1), due, 5)).toEqual([due]);
  expect(dueBetween(daily, due, due, 5)).toEqual([]);
});

test('the last due time is found however rare', () => {
  expect(lastDueAt(timing('0 3 29 2 *'), new Date('2027-06-01'))?.toISOString()).toBe(
    '2024-02-29T03:00:00.000Z',
  );
  expect(lastDueAt(timing('1s'), new Date('2027-06-01T00:00:00.500Z'))?.toISOString()).toBe(
    '2027-06-01T00:00:00.000Z',
  );
});
