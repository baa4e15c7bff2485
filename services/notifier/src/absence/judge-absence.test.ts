import { expect, test } from 'vitest';
import { emptyMemory, type Memory } from '../memory/memory.ts';
import { judgeAbsence } from './judge-absence.ts';
import { judgeBus } from './judge-bus.ts';
import { lastSuccessMs, planExpectations } from './plan-expectations.ts';
import { otherExamples } from '../answers/other-examples.ts';

const HOUR = 3_600_000;
/** Due at each full hour. */
const hourly = {
  nextDueMs: (after: number) => (Math.floor(after / HOUR) + 1) * HOUR,
  beginMs: (due: number) => due,
  toleranceMs: HOUR / 2,
};

test.each([
  ['nothing was due yet', { sinceMs: 0, lastSuccessMs: undefined, nowMs: 0.9 * HOUR }, undefined],
  ['due, within the tolerance', { sinceMs: 0, lastSuccessMs: undefined, nowMs: 1.4 * HOUR }, undefined],
  [
    'due, and too late',
    { sinceMs: 0, lastSuccessMs: undefined, nowMs: 1.5 * HOUR },
    { dueMs: HOUR, missed: 1 },
  ],
  [
    'several are missing',
    { sinceMs: 0, lastSuccessMs: undefined, nowMs: 4.6 * HOUR },
    { dueMs: HOUR, missed: 4 },
  ],
  ['it came', { sinceMs: 0, lastSuccessMs: 4.1 * HOUR, nowMs: 4.6 * HOUR }, undefined],
  [
    'it came before it was due',
    { sinceMs: 0, lastSuccessMs: 3.9 * HOUR, nowMs: 4.6 * HOUR },
    { dueMs: 4 * HOUR, missed: 1 },
  ],
  [
    'the schedule is younger',
    { sinceMs: 4.1 * HOUR, lastSuccessMs: undefined, nowMs: 4.6 * HOUR },
    undefined,
  ],
])('%s', (_what, given, expected) => {
  const judged = judgeAbsence({ ...hourly, ...given });
  if (expected) expect(judged).toMatchObject(expected);
  else expect(judged).toBeUndefined();
});

test('jitter is no lateness, and a rule that never comes again is no absence', () => {
  const given = { sinceMs: 0, lastSuccessMs: undefined, nowMs: 1.6 * HOUR };
  expect(judgeAbsence({ ...hourly, ...given, beginMs: (due) => due + HOUR / 4 })).toBeUndefined();
  expect(judgeAbsence({ ...hourly, ...given, nextDueMs: () => undefined })).toBeUndefined();
});

test.each([
  [{ isConnected: false, sinceMs: 0, nowMs: 99, isTold: false }, 'nothing'],
  [{ isConnected: false, sinceMs: 0, nowMs: 100, isTold: false }, 'tell-away'],
  [{ isConnected: false, sinceMs: 0, nowMs: 500, isTold: true }, 'nothing'],
  [{ isConnected: true, sinceMs: 500, nowMs: 500, isTold: true }, 'tell-back'],
  [{ isConnected: true, sinceMs: 0, nowMs: 500, isTold: false }, 'nothing'],
] as const)('the bus %j: %s', (view, expected) => {
  expect(judgeBus({ ...view, graceMs: 100 })).toBe(expected);
});

const { schedule } = otherExamples('app', 'n', 'f')['schedule.created'];
const memory = (schedules: Memory['schedules'], databases: Memory['databases'] = {}): Memory => ({
  ...emptyMemory,
  schedules,
  databases,
});

test('a pattern expects of each database that is known, an id of itself, and an unknown pattern of nobody by name', () => {
  const expected = (database: string, databases: Memory['databases']) =>
    planExpectations(memory({ nightly: { ...schedule, database } }, databases), 100).map(
      (each) => each.database,
    );
  expect(expected('*', { app: 90, shop: 90 })).toEqual(['app', 'shop']);
  expect(expected('app', {})).toEqual(['app']);
  expect(expected('*', {})).toEqual([undefined]);
  expect(expected('*', { gone: 100 - 20 * 24 * HOUR })).toEqual([undefined]);
});

test('what is off or a clean-up is not expected', () => {
  expect(
    planExpectations(
      memory({ a: { ...schedule, enabled: false }, b: { ...schedule, action: 'cleanup' } }),
      0,
    ),
  ).toEqual([]);
});

test.each([
  ['its own', { 'backup|app|full|nightly': 5 }, 5],
  ['by hand, a full', { 'backup|app|full|': 5 }, 5],
  ['an hourly incremental is not the nightly full', { 'backup|app|incremental|hourly': 5 }, undefined],
  ['another database', { 'backup|shop|full|nightly': 5 }, undefined],
  ['a drill is no backup', { 'drill|app||nightly': 5 }, undefined],
  [
    'its own, though it became another type',
    { 'backup|app|incremental|nightly': 5, 'backup|app|full|': 3 },
    5,
  ],
])('content with %s', (_what, successes, expected) => {
  expect(lastSuccessMs({ schedule, action: 'backup', database: 'app' }, successes)).toBe(expected);
});
