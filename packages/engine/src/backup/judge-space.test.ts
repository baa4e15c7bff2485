import { expect, test } from 'vitest';
import { estimateBackupBytes, judgeSpace } from './judge-space.ts';

const GB = 1e9;
const limits = { criticalPercent: 95 };
const disk = (freeBytes: number, totalBytes?: number) => ({ location: 'file:///b', freeBytes, totalBytes });

test.each([
  ['room enough', 10 * GB, disk(50 * GB, 100 * GB), limits, undefined],
  [
    'more than is free',
    60 * GB,
    disk(50 * GB, 100 * GB),
    limits,
    /about 60 GB and file:\/\/\/b has 50 GB free\./,
  ],
  ['beyond the percentage', 46 * GB, disk(50 * GB, 100 * GB), limits, /it would be 96\.0 % full, and 95 %/],
  ['exactly at it', 45 * GB, disk(50 * GB, 100 * GB), limits, /95\.0 % full/],
  ['just below it', 44.9 * GB, disk(50 * GB, 100 * GB), limits, undefined],
  ['free alone is known', 10 * GB, disk(50 * GB), limits, undefined],
  ['a place without an end', 900 * GB, { location: 's3://b' }, limits, undefined],
  [
    'a place without an end, and a quota',
    3 * GB,
    { location: 's3://b', ourBytes: 8 * GB },
    { ...limits, quotaBytes: 10 * GB },
    /take 8 GB of the 10 GB that they may/,
  ],
  [
    'within the quota',
    2 * GB,
    { location: 's3://b', ourBytes: 8 * GB },
    { ...limits, quotaBytes: 10 * GB },
    undefined,
  ],
  [
    'the disk is told before the quota',
    60 * GB,
    { ...disk(50 * GB, 100 * GB), ourBytes: 9 * GB },
    { ...limits, quotaBytes: 10 * GB },
    /has 50 GB free/,
  ],
])('%s', (_name, needBytes, room, given, expected) => {
  const told = judgeSpace(needBytes, room, given);
  if (expected === undefined) expect(told).toBeUndefined();
  else expect(told).toMatch(expected);
  if (told !== undefined) expect(told).toContain('force');
});

test('a copy is told of as one, and cannot be forced', () => {
  const told = judgeSpace(60 * GB, disk(50 * GB, 100 * GB), limits, 'copy');
  expect(told).toMatch(
    /^The copy will take about 60 GB .* make room there, or raise the limit; then it is copied\.$/,
  );
});

test('the last backup of the kind says more than the size of the database', () => {
  expect(estimateBackupBytes(undefined, 700)).toBe(700);
  expect(estimateBackupBytes(100, 700)).toBe(125);
});
