import { expect, test } from 'vitest';
import { daysUntilFull, keepSample, type Sample } from './judge-trend.ts';

const HOUR = 3_600_000;
const GB = 1e9;
const growing = (hours: number, bytesPerHour: number): readonly Sample[] =>
  Array.from({ length: hours }, (_, index) => ({ atMs: index * HOUR, usedBytes: index * bytesPerHour }));

test.each([
  ['a gigabyte an hour', growing(48, GB), { usedBytes: 47 * GB, totalBytes: 287 * GB }, 10],
  ['full already', growing(48, GB), { usedBytes: 300 * GB, totalBytes: 287 * GB }, 0],
  ['it does not grow', growing(48, 0), { usedBytes: GB, totalBytes: 100 * GB }, undefined],
  ['it shrinks', growing(48, -GB), { usedBytes: GB, totalBytes: 100 * GB }, undefined],
  ['too few samples', growing(5, GB), { usedBytes: GB, totalBytes: 100 * GB }, undefined],
  ['too short a time', growing(11, GB), { usedBytes: GB, totalBytes: 100 * GB }, undefined],
  ['nothing known', [], { usedBytes: GB, totalBytes: 100 * GB }, undefined],
])('%s', (_name, samples, now, expected) => {
  const days = daysUntilFull(samples, now);
  if (expected === undefined) expect(days).toBeUndefined();
  else expect(days).toBeCloseTo(expected, 6);
});

test('what goes up and down by night and is removed by day is seen through', () => {
  const saw = Array.from({ length: 7 * 24 }, (_, hour) => ({
    atMs: hour * HOUR,
    usedBytes: (Math.floor(hour / 24) * 2 + (hour % 24 < 12 ? 5 : 0)) * GB,
  }));
  expect(daysUntilFull(saw, { usedBytes: 12 * GB, totalBytes: 112 * GB })).toBeGreaterThan(40);
});

test('samples are kept one an hour, and two weeks of them', () => {
  const first = keepSample([], { atMs: 0, usedBytes: 1 });
  expect(keepSample(first, { atMs: HOUR - 1, usedBytes: 2 })).toBe(first);
  let samples: readonly Sample[] = [];
  for (let hour = 0; hour < 1_000; hour += 1)
    samples = keepSample(samples, { atMs: hour * HOUR, usedBytes: hour });
  expect(samples).toHaveLength(336);
  expect(samples.at(-1)).toEqual({ atMs: 999 * HOUR, usedBytes: 999 });
});
