import { describe, expect, test } from 'vitest';
import { chooseForDrill, planDrills, type DrillCandidate } from './plan-drills.ts';

const DAY_MS = 86_400_000;
const NOW_MS = 100.5 * DAY_MS;
const backup = (
  database: string,
  day: number,
  { drilledDay = 0, ...more }: Partial<DrillCandidate> & { drilledDay?: number } = {},
): DrillCandidate => ({
  name: `${database}${day}`,
  filename: `${database}${day}.dump`,
  database,
  run: `run-${database}${day}`,
  createdAtMs: day * DAY_MS,
  isPartial: false,
  drilledAtMs: drilledDay * DAY_MS,
  isProven: false,
  ...more,
});
const names = (backups: readonly DrillCandidate[], everyMs = 7 * DAY_MS) =>
  planDrills(backups, everyMs, NOW_MS).map((planned) => planned.backup.name);

describe('planDrills', () => {
  test.each([
    [
      'the newest of each database, the newest first',
      [backup('a', 90), backup('a', 98), backup('b', 99)],
      ['b99', 'a98'],
    ],
    ['not a part', [backup('a', 90), backup('a', 98, { isPartial: true })], ['a90']],
    ['none when any was drilled within the time', [backup('a', 90, { drilledDay: 95 }), backup('a', 98)], []],
    ['again when that is longer ago', [backup('a', 90, { drilledDay: 92 }), backup('a', 98)], ['a98']],
    [
      'the same backup again, when there is no newer',
      [backup('a', 90, { drilledDay: 91, isProven: true })],
      ['a90'],
    ],
  ])('%s', (_name, backups, expected) => {
    expect(names(backups)).toEqual(expected);
  });
  test('0 is never', () => {
    expect(names([backup('a', 1)], 0)).toEqual([]);
  });
  test('replicas mean the same occasion; the next day is another one', () => {
    const occasion = (nowMs: number) => planDrills([backup('a', 1)], 7 * DAY_MS, nowMs)[0]?.occasion;
    expect(occasion(NOW_MS)).toBe(occasion(NOW_MS + 60_000));
    expect(occasion(NOW_MS)).not.toBe(occasion(NOW_MS + DAY_MS));
  });
});

test.each([
  ['the newest that is not proven', [backup('a', 1), backup('a', 2)], 'a2'],
  ['an older one when the newest is', [backup('a', 1), backup('a', 2, { isProven: true })], 'a1'],
  ['the newest when all are', [backup('a', 1, { isProven: true }), backup('a', 2, { isProven: true })], 'a2'],
  ['a part where there is nothing else', [backup('a', 1, { isPartial: true })], 'a1'],
  ['nothing where there is none', [], undefined],
])('a schedule drills %s', (_name, backups, expected) => {
  expect(chooseForDrill(backups)?.name).toBe(expected);
});
