import { Cron } from 'croner';
import { expect, test } from 'vitest';
import { dueBetween } from './due.ts';

const FROM = '2026-10-24T12:00:00Z';
const byCroner = (pattern: string, count: number): readonly string[] =>
  new Cron(pattern, { mode: '5-part', timezone: 'Europe/Berlin', paused: true })
    .nextRuns(count, new Date(FROM))
    .map((due) => due.toISOString());
const byUs = (rule: string, count: number): readonly string[] =>
  dueBetween(
    { rule, timezone: 'Europe/Berlin', createdAt: FROM },
    new Date(FROM),
    new Date('2100-01-01'),
    count,
  ).map((due) => due.toISOString());

test('croner agrees with us on a single time of day in the fold', () => {
  expect(byCroner('30 2 * * *', 3)).toEqual(byUs('30 2 * * *', 3));
});

test('croner repeats several times of day in the fold: why zones are not left to it', () => {
  expect(byCroner('0,30 2 * * *', 4)).toEqual([
    '2026-10-25T00:00:00.000Z',
    '2026-10-25T00:30:00.000Z',
    '2026-10-25T01:00:00.000Z',
    '2026-10-25T01:30:00.000Z',
  ]);
  expect(byUs('0,30 2 * * *', 4)).toEqual([
    '2026-10-25T00:00:00.000Z',
    '2026-10-25T00:30:00.000Z',
    '2026-10-26T01:00:00.000Z',
    '2026-10-26T01:30:00.000Z',
  ]);
});
