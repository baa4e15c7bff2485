import { expect, test } from 'vitest';
import { limits } from '../test-signs.ts';
import { judgeLook, noStorageMemory } from './judge-look.ts';
import { narrower } from './look-at-storage.ts';

const AT = '2026-01-01T00:00:00Z';
const LATER = '2026-01-01T00:30:00Z';
const disk = (usedBytes: number) => ({
  destination: 'd',
  freeBytes: 100 - usedBytes,
  usedBytes,
  totalBytes: 100,
});

test('a look is judged and remembered, one sample an hour', () => {
  const first = judgeLook(noStorageMemory, disk(85), AT, limits);
  expect(first.sign).toEqual({
    destination: 'd',
    freeBytes: 15,
    usedBytes: 85,
    usedPercent: 85,
    level: 'warning',
  });
  expect(first.memory).toEqual({ samples: [{ at: AT, usedBytes: 85 }], level: 'warning' });
  const second = judgeLook(first.memory, disk(86), LATER, limits);
  expect(second.memory).toEqual(first.memory);
});

test('one that is away is as full as it was', () => {
  const before = { samples: [], level: 'critical' as const };
  const { sign, memory } = judgeLook(before, { destination: 'd', failure: 'gone' }, AT, limits);
  expect(sign).toEqual({ destination: 'd', failure: 'gone', level: 'critical' });
  expect(memory).toBe(before);
});

test.each([
  ['a bucket with a quota', {}, 30, { freeBytes: 70, totalBytes: 100, usedBytes: 30 }],
  ['more than the quota is used', {}, 130, { freeBytes: 0, totalBytes: 100, usedBytes: 130 }],
  [
    'the disk ends before the quota',
    { freeBytes: 5, totalBytes: 500, usedBytes: 495 },
    30,
    { freeBytes: 5, totalBytes: 500, usedBytes: 495 },
  ],
  [
    'the quota ends before the disk',
    { freeBytes: 400, totalBytes: 500, usedBytes: 100 },
    30,
    { freeBytes: 70, totalBytes: 100, usedBytes: 30 },
  ],
])('%s', (_name, room, ours, expected) => {
  expect(narrower(room, 100, ours)).toEqual(expected);
});
