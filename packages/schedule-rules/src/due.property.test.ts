import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { dueBetween, lastDueAt, nextDueAt } from './due.ts';
import { wallOf } from './zone.ts';

const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'America/Santiago',
  'Pacific/Chatham',
  'Africa/Casablanca',
  'Asia/Tehran',
  'America/St_Johns',
];
const number = (from: number, to: number): fc.Arbitrary<string> =>
  fc.integer({ min: from, max: to }).map(String);
const rules = fc.oneof(
  fc.tuple(number(0, 59), number(0, 23)).map(([m, h]) => `${m} ${h} * * *`),
  fc.tuple(number(0, 59), number(0, 23), number(1, 28)).map(([m, h, d]) => `${m} ${h} ${d} * *`),
  fc.constantFrom(
    '*/5 * * * *',
    '*/20 * * * *',
    '17 * * * *',
    '0 */3 * * *',
    '0,45 1-3 * * sun',
    '@hourly',
    '@daily',
    '@weekly',
    'monthly on 31 at 02:30',
    '90m',
    '24h',
  ),
);
const instants = fc.integer({ min: Date.UTC(2015, 0), max: Date.UTC(2035, 0) }).map((ms) => new Date(ms));
const timings = fc
  .record({ rule: rules, timezone: fc.constantFrom(...zones) })
  .map((fields) => ({ ...fields, createdAt: '2014-01-01T00:00:00.000Z' }));

test('due times are after, in order, the same from wherever one asks', () => {
  fc.assert(
    fc.property(timings, instants, (timing, after) => {
      const due = dueBetween(timing, after, new Date('2100-01-01'), 6);
      expect(due).toHaveLength(6);
      for (const [index, at] of due.entries()) {
        const before = index === 0 ? after : (due[index - 1] ?? after);
        expect(at.getTime()).toBeGreaterThan(before.getTime());
        expect(nextDueAt(timing, new Date(at.getTime() - 1))).toEqual(at);
        expect(lastDueAt(timing, at)).toEqual(at);
      }
    }),
    { numRuns: 300 },
  );
});

test('each day of the calendar has its time of day once, whatever the clocks do', () => {
  const timesOfDay = fc.tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }));
  fc.assert(
    fc.property(timesOfDay, fc.constantFrom(...zones), instants, ([hour, minute], timezone, from) => {
      const timing = { rule: `${minute} ${hour} * * *`, timezone, createdAt: '2014-01-01T00:00:00.000Z' };
      const days = dueBetween(timing, from, new Date('2100-01-01'), 40).map((due) =>
        Math.floor(wallOf(timezone, due.getTime()) / 86_400_000),
      );
      expect(days).toEqual(days.map((_, index) => (days[0] ?? 0) + index));
    }),
    { numRuns: 200 },
  );
});

test('every hour is never longer than an hour apart', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.integer({ min: 0, max: 59 }),
      instants,
      (timezone, minute, from) => {
        const timing = { rule: `${minute} * * * *`, timezone, createdAt: '2014-01-01T00:00:00.000Z' };
        const due = dueBetween(timing, from, new Date('2100-01-01'), 30).map((at) => at.getTime());
        for (const [index, at] of due.slice(1).entries())
          expect(at - (due[index] ?? 0)).toBeLessThanOrEqual(3_600_000);
      },
    ),
    { numRuns: 200 },
  );
});
