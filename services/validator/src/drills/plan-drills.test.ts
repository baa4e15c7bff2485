import { describe, expect, test } from 'vitest';
import { chooseForDrill, planDrills, type DrillCandidate, type Known } from './plan-drills.ts';

const DAY_MS = 86_400_000;
const now = new Date('2026-06-30T12:00:00Z');
const at = (day: number): string => new Date(Date.UTC(2026, 5, day)).toISOString();
const backup = (database: string, day: number, more: Partial<DrillCandidate> = {}): DrillCandidate => ({
  name: `${database}${day}`,
  filename: `${database}${day}.dump`,
  database,
  run: `run-${database}${day}`,
  createdAt: at(day),
  isPartial: false,
  ...more,
});
const known = (entries: Readonly<Record<string, ReturnType<Known['get']>>>): Known =>
  new Map(Object.entries(entries).flatMap(([name, value]) => (value ? [[name, value] as const] : [])));
const drilled = (day: number, verdict: 'proven' | 'invalid' | 'inconclusive' = 'proven') => ({
  lastValidation: { at: at(day), level: 'restore' as const, verdict },
});
const all = [backup('a', 20), backup('a', 28), backup('b', 29), backup('b', 30, { isPartial: true })];
const names = (of: Known, everyMs = 7 * DAY_MS) =>
  planDrills(all, of, everyMs, now).map(({ backup: { name } }) => name);

describe('planDrills', () => {
  test('the newest whole backup of each database, the newest first', () => {
    expect(names(known({}))).toEqual(['b29', 'a28']);
  });
  test.each([
    ['a drill within the time is enough, whichever backup it was of', { a20: drilled(25) }, ['b29']],
    ['a bad one counts too', { a28: drilled(29, 'invalid') }, ['b29']],
    ['an older one does not', { a28: drilled(21), b29: drilled(29) }, ['a28']],
    [
      'a lower level is no drill',
      { a28: { lastValidation: { at: at(29), level: 'checksum' as const, verdict: 'valid' as const } } },
      ['b29', 'a28'],
    ],
    [
      'a proof counts though a lower level was later',
      {
        a28: {
          provenAt: at(29),
          lastValidation: { at: at(30), level: 'checksum' as const, verdict: 'valid' as const },
        },
      },
      ['b29'],
    ],
  ])('%s', (_name, of, expected) => {
    expect(names(known(of))).toEqual(expected);
  });
  test('0 is never', () => {
    expect(names(known({}), 0)).toEqual([]);
  });
  test('replicas mean the same occasion; the next day is another one', () => {
    const occasion = (when: Date) => planDrills(all, known({}), 7 * DAY_MS, when)[0]?.occasion;
    expect(occasion(now)).toBe(occasion(new Date(now.getTime() + 60_000)));
    expect(occasion(now)).not.toBe(occasion(new Date(now.getTime() + DAY_MS)));
  });
});

test.each([
  ['the newest that is not proven', {}, 'a28'],
  ['an older one when the newest is', { a28: { provenAt: at(29) } }, 'a20'],
  ['the newest when all are', { a28: { provenAt: at(29) }, a20: { provenAt: at(21) } }, 'a28'],
])('a schedule drills %s', (_name, of, expected) => {
  expect(
    chooseForDrill(
      all.filter(({ database }) => database === 'a'),
      known(of),
    )?.name,
  ).toBe(expected);
});
test('a part is drilled where there is nothing else; nothing where there is none', () => {
  expect(chooseForDrill([backup('c', 1, { isPartial: true })], known({}))?.name).toBe('c1');
  expect(chooseForDrill([], known({}))).toBeUndefined();
});
