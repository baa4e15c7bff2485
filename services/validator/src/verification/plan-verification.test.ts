import { expect, test } from 'vitest';
import { planVerification } from './plan-verification.ts';

const DAY_MS = 86_400_000;
const NOW_MS = 30 * DAY_MS;
const plan = (verifiedDays: Readonly<Record<string, number>>, cycleMs = 10 * DAY_MS) =>
  planVerification(
    [1, 2, 3].map((day) => {
      const verified = verifiedDays[`b${day}`];
      return {
        name: `b${day}`,
        createdAtMs: day * DAY_MS,
        sizeBytes: 1_000 * day,
        verifiedAtMs: verified === undefined ? undefined : verified * DAY_MS,
      };
    }),
    cycleMs,
    NOW_MS,
  );

test('what was never read, newest first, then what waits longest', () => {
  expect(plan({}).due).toEqual(['b3', 'b2', 'b1']);
  expect(plan({ b3: 15, b2: 12 }).due).toEqual(['b1', 'b2', 'b3']);
});
test('what was read within the cycle waits, and is read before the cycle ends', () => {
  expect(plan({ b1: 29, b2: 29, b3: 20 }).due).toEqual(['b3']);
  expect(plan({ b1: 29, b2: 29, b3: 22 }).due).toEqual([]);
});
test('a cycle of 0 is never', () => {
  expect(plan({}, 0)).toMatchObject({ due: [], neededBytesPerSecond: 0 });
});
test('the rate that a cycle needs, and who waits longest', () => {
  expect(plan({ b1: 29, b2: 28 }, DAY_MS)).toMatchObject({
    neededBytesPerSecond: 1,
    oldestAgeMs: 27 * DAY_MS,
  });
  expect(planVerification([], DAY_MS, NOW_MS).oldestAgeMs).toBeUndefined();
});
