import { expect, test } from 'vitest';
import { fullBucket, takeBytes } from './plan-throttle.ts';

const RATE = 1_000;

test.each([
  ['what the burst allows goes at once', { bytes: 250, filledAtMs: 0 }, 250, 0, 0, 0],
  ['what is more waits for its share', { bytes: 250, filledAtMs: 0 }, 350, 0, -100, 100],
  ['time fills it', { bytes: 0, filledAtMs: 0 }, 100, 100, 0, 0],
  ['but never over the burst', { bytes: 0, filledAtMs: 0 }, 300, 60_000, -50, 50],
  ['a debt is paid first', { bytes: -100, filledAtMs: 0 }, 50, 0, -150, 150],
  ['and is paid by time', { bytes: -100, filledAtMs: 0 }, 50, 120, -30, 30],
  ['a clock that goes back fills nothing', { bytes: 0, filledAtMs: 500 }, 10, 400, -10, 10],
  ['nothing costs nothing', { bytes: 0, filledAtMs: 0 }, 0, 0, 0, 0],
] as const)('%s', (_name, bucket, bytes, nowMs, left, waitMs) => {
  const taken = takeBytes(bucket, bytes, nowMs, RATE);
  expect(taken).toEqual({
    bucket: { bytes: expect.closeTo(left), filledAtMs: Math.max(nowMs, bucket.filledAtMs) },
    waitMs: expect.closeTo(waitMs),
  });
});

test('it begins full', () => {
  expect(fullBucket(7, RATE)).toEqual({ bytes: 250, filledAtMs: 7 });
});

test('over time it gives exactly the rate', () => {
  let bucket = fullBucket(0, RATE);
  let nowMs = 0;
  for (let piece = 0; piece < 1_000; piece += 1) {
    const taken = takeBytes(bucket, 64, nowMs, RATE);
    bucket = taken.bucket;
    nowMs += taken.waitMs;
  }
  expect(nowMs).toBeCloseTo(64_000 - 250);
});
