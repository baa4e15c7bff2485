import { expect, test } from 'vitest';
import { planVerification } from './plan-verification.ts';

const DAY_MS = 86_400_000;
const now = new Date('2026-06-30T00:00:00Z');
const day = (number: number): string => new Date(Date.UTC(2026, 5, number)).toISOString();
const backups = [1, 2, 3].map((number) => ({
  name: `b${number}`,
  createdAt: day(number),
  sizeBytes: 1_000 * number,
}));
const plan = (verified: Readonly<Record<string, string>>, cycleMs = 10 * DAY_MS) =>
  planVerification(
    backups,
    new Map(Object.entries(verified).map(([name, verifiedAt]) => [name, { verifiedAt }])),
    cycleMs,
    now,
  );

test('what was never read, newest first, then what waits longest', () => {
  expect(plan({}).due).toEqual(['b3', 'b2', 'b1']);
  expect(plan({ b3: day(15), b2: day(12) }).due).toEqual(['b1', 'b2', 'b3']);
});
test('what was read within the cycle waits, and is read before the cycle ends', () => {
  expect(plan({ b1: day(29), b2: day(29), b3: day(20) }).due).toEqual(['b3']);
  expect(plan({ b1: day(29), b2: day(29), b3: day(22) }).due).toEqual([]);
});
test('a cycle of 0 is never', () => {
  expect(plan({}, 0)).toMatchObject({ due: [], neededBytesPerSecond: 0 });
});
test('the rate that a cycle needs, and who waits longest', () => {
  expect(plan({ b1: day(29), b2: day(28) }, DAY_MS)).toMatchObject({
    neededBytesPerSecond: 1,
    oldestAgeMs: 27 * DAY_MS,
  });
  expect(planVerification([], new Map(), DAY_MS, now).oldestAgeMs).toBeUndefined();
});
