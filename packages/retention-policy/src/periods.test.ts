import { expect, test } from 'vitest';
import { periodOf, type Period } from './periods.ts';

test.each<[string, Period, string, string, string]>([
  ['an hour', 'hourly', '2026-01-05T10:59:59Z', 'UTC', '2026-01-05T10+00:00'],
  [
    'an hour that begins at half past in UTC',
    'hourly',
    '2026-01-05T10:20:00Z',
    'Asia/Kolkata',
    '2026-01-05T15+05:30',
  ],
  [
    'the first of two hours when clocks go back',
    'hourly',
    '2026-10-25T00:30:00Z',
    'Europe/Berlin',
    '2026-10-25T02+02:00',
  ],
  ['the second of them', 'hourly', '2026-10-25T01:30:00Z', 'Europe/Berlin', '2026-10-25T02+01:00'],
  ['west of Greenwich', 'hourly', '2026-01-05T02:00:00Z', 'America/St_Johns', '2026-01-04T22-03:30'],
  ['a day', 'daily', '2026-01-05T23:30:00Z', 'Europe/Berlin', '2026-01-06'],
  ['the 29th of February', 'daily', '2028-02-29T12:00:00Z', 'UTC', '2028-02-29'],
  ['a Sunday ends its week', 'weekly', '2026-01-04T12:00:00Z', 'UTC', '2026-W01'],
  ['a Monday begins one', 'weekly', '2026-01-05T12:00:00Z', 'UTC', '2026-W02'],
  ['the year of the Thursday', 'weekly', '2027-01-03T12:00:00Z', 'UTC', '2026-W53'],
  ['the last days of December', 'weekly', '2024-12-30T12:00:00Z', 'UTC', '2025-W01'],
  ['a month', 'monthly', '2026-01-31T23:30:00Z', 'Europe/Berlin', '2026-02'],
  ['a year', 'yearly', '2025-12-31T23:30:00Z', 'Europe/Berlin', '2026'],
])('%s', (_name, period, at, timezone, expected) => {
  expect(periodOf(period, Date.parse(at), timezone)).toBe(expected);
});
