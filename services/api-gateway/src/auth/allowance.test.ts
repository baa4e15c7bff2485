import { expect, test } from 'vitest';
import { leftOf, take, type Allowance } from './allowance.ts';

const rule = { size: 3, perMinute: 60 };

test('a burst up to its size, then the rate', () => {
  let allowance: Allowance | undefined;
  const waits = [0, 0, 0, 0, 500, 1_000, 1_000].map((now) => {
    const taken = take(allowance, now, rule);
    allowance = taken.allowance;
    return taken.waitMs;
  });
  expect(waits).toEqual([0, 0, 0, 1_000, 500, 0, 1_000]);
});

test('it fills again, and never beyond its size', () => {
  expect(leftOf({ left: 0, at: 0 }, 2_000, rule)).toBe(2);
  expect(leftOf({ left: 0, at: 0 }, 1e9, rule)).toBe(3);
  expect(leftOf(undefined, 5, rule)).toBe(3);
});

test('a clock that goes back takes nothing away', () => {
  expect(leftOf({ left: 1, at: 10_000 }, 0, rule)).toBe(1);
});
