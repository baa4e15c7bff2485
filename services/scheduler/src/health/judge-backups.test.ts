import { expect, test } from 'vitest';
import { judgeBackups } from './judge-backups.ts';
import type { DatabaseMemory } from './memory.ts';
import type { Limits, ScheduleSign } from './signs.ts';
import { ago, DAY_MS, HOUR_MS, limits, scheduleSign, signs } from './test-signs.ts';

const memory = (fields: Partial<DatabaseMemory>): DatabaseMemory => ({ good: [], recent: [], ...fields });
const good = (ageMs: number): DatabaseMemory['good'] => [{ filename: 'a', at: ago(ageMs) }];

const outcomeOf = (
  check: string,
  database: DatabaseMemory | undefined,
  schedules: readonly ScheduleSign[] = [],
  given: Limits = limits,
) =>
  judgeBackups(signs({ databases: database ? { app: database } : {}, schedules }), given).find(
    (each) => each.check === check && each.subject === 'app',
  )?.outcome;

const nightly = scheduleSign();

test.each<[string, DatabaseMemory | undefined, readonly ScheduleSign[], string | undefined]>([
  ['fresh', memory({ good: good(5 * HOUR_MS) }), [nightly], 'ok'],
  ['late within the tolerance', memory({ good: good(25 * HOUR_MS) }), [nightly], 'ok'],
  ['late beyond it', memory({ good: good(27 * HOUR_MS) }), [nightly], 'warning'],
  ['a whole interval late', memory({ good: good(51 * HOUR_MS) }), [nightly], 'critical'],
  ['never backed up, though promised for long', undefined, [nightly], 'critical'],
  ['promised since a moment ago', undefined, [scheduleSign({ activeSince: ago(HOUR_MS) })], 'ok'],
  ['nothing promised', memory({ good: good(500 * DAY_MS) }), [], undefined],
  [
    'a paused schedule promises nothing',
    memory({ good: good(500 * DAY_MS) }),
    [scheduleSign({ enabled: false })],
    undefined,
  ],
  [
    'the schedule that promises the most counts',
    memory({ good: good(5 * HOUR_MS) }),
    [nightly, scheduleSign({ id: 'hourly' }, { intervalMs: HOUR_MS })],
    'critical',
  ],
  [
    'a tolerance of its own',
    memory({ good: good(27 * HOUR_MS) }),
    [scheduleSign({ toleranceMs: 6 * HOUR_MS })],
    'ok',
  ],
  [
    'its jitter is no lateness',
    memory({ good: good(27 * HOUR_MS) }),
    [scheduleSign({ jitterMs: 2 * HOUR_MS })],
    'ok',
  ],
])('age: %s', (_name, database, schedules, expected) => {
  expect(outcomeOf('backup.age', database, schedules)).toBe(expected);
});

test('where schedules do not fire at all, no age is owed', () => {
  const off = { ...limits, schedulesFire: false };
  expect(outcomeOf('backup.age', memory({ good: good(90 * DAY_MS) }), [nightly], off)).toBeUndefined();
});

const ends = (text: string): DatabaseMemory['recent'] =>
  text.split('').map((letter) => (letter === 'c' ? 'completed' : 'failed'));

test.each([
  ['', undefined],
  ['c', 'ok'],
  ['fc', 'warning'],
  ['ffc', 'warning'],
  ['fffc', 'critical'],
  ['fff', 'critical'],
  ['cfcfcfc', 'warning'],
  ['ccccf', 'ok'],
  ['cf', 'ok'],
])('outcomes, the newest first: %s', (recent, expected) => {
  expect(outcomeOf('backup.outcomes', memory({ recent: ends(recent) }))).toBe(expected);
});

test.each<[string, Partial<DatabaseMemory>, string | undefined]>([
  ['no backup yet', {}, undefined],
  ['a young one', { firstGoodAt: ago(DAY_MS) }, 'ok'],
  ['never proven, for long', { firstGoodAt: ago(12 * DAY_MS) }, 'warning'],
  ['proven lately', { firstGoodAt: ago(99 * DAY_MS), proven: { filename: 'a', at: ago(DAY_MS) } }, 'ok'],
  [
    'proven long ago',
    { firstGoodAt: ago(99 * DAY_MS), proven: { filename: 'a', at: ago(11 * DAY_MS) } },
    'warning',
  ],
])('proof: %s', (_name, fields, expected) => {
  expect(outcomeOf('backup.proof', memory(fields))).toBe(expected);
});

test('without a promise of drills none is owed, and a drill schedule is one', () => {
  const none = { ...limits, drillEveryMs: 0 };
  const old = memory({ firstGoodAt: ago(99 * DAY_MS) });
  expect(outcomeOf('backup.proof', old, [], none)).toBeUndefined();
  expect(outcomeOf('backup.proof', old, [scheduleSign({ action: 'drill' })], none)).toBe('warning');
});
