import { expect, test } from 'vitest';
import { judgeLevel, judgeStorage, risesTo } from './judge-storage.ts';
import { limits } from './test-signs.ts';

test.each([
  ['ok', 79.9, 'ok'],
  ['ok', 80, 'warning'],
  ['ok', 96, 'critical'],
  ['warning', 79, 'warning'],
  ['warning', 77.9, 'ok'],
  ['critical', 94, 'critical'],
  ['critical', 92.9, 'warning'],
  ['critical', 78.5, 'warning'],
  ['critical', 50, 'ok'],
  ['warning', undefined, 'ok'],
] as const)('from %s at %s %%: %s', (before, usedPercent, expected) => {
  expect(judgeLevel(before, usedPercent, limits)).toBe(expected);
});

test('only the way up is told', () => {
  expect(risesTo('ok', 'warning')).toBe('warning');
  expect(risesTo('ok', 'critical')).toBe('critical');
  expect(risesTo('warning', 'critical')).toBe('critical');
  expect(risesTo('warning', 'warning')).toBeUndefined();
  expect(risesTo('critical', 'warning')).toBeUndefined();
  expect(risesTo('critical', 'ok')).toBeUndefined();
});

test('a disk that hovers at its limit warns once', () => {
  let level: 'ok' | 'warning' | 'critical' = 'ok';
  const told: string[] = [];
  for (const percent of [79, 80.1, 79.8, 80.2, 79.5, 80.3, 78.5, 80]) {
    const next = judgeLevel(level, percent, limits);
    const risen = risesTo(level, next);
    if (risen) told.push(risen);
    level = next;
  }
  expect(told).toEqual(['warning']);
});

test('a destination that is away, full, or soon full', () => {
  const checks = judgeStorage(
    [
      { destination: 'away', failure: 'The folder does not exist.', level: 'ok' },
      { destination: 'full', usedPercent: 96, level: 'critical' },
      { destination: 'soon', usedPercent: 50, daysUntilFull: 3, level: 'ok' },
      { destination: 'well', usedPercent: 50, daysUntilFull: 90, level: 'ok' },
      { destination: 'endless', level: 'ok' },
    ],
    limits,
  );
  expect(checks.map(({ check, subject, outcome }) => `${subject} ${check} ${outcome}`)).toEqual([
    'away storage.access critical',
    'full storage.access ok',
    'full storage.space critical',
    'soon storage.access ok',
    'soon storage.space warning',
    'well storage.access ok',
    'well storage.space ok',
    'endless storage.access ok',
  ]);
});
