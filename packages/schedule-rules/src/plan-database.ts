import type { Schedule, ScheduleClaim } from '@holdfast/contracts';
import { beginTimeMs } from './begin-time.ts';
import type { DueWindow } from './due-window.ts';
import { isoOf } from './iso.ts';

/** `all` makes up for at most so many: after a month away, nobody wants 8,000 hourly backups of one and the same state. */
const MOST_MADE_UP = 100;
/** With `skip`: what is later than this is left out. A restart of the scheduler takes less. */
const ON_TIME_MS = 300_000;

export type DatabasePlan = {
  readonly fire: ScheduleClaim['fire'];
  readonly missed: ScheduleClaim['missed'];
  /** The last occurrence that is dealt with by this; undefined: none is. */
  readonly doneMs: number | undefined;
  /** When the next that is due already is to begin; undefined: none waits for its jitter. */
  readonly nextBeginMs: number | undefined;
};

/** What becomes of one database's occurrences: those of the window after `fromMs`. */
export function planDatabase(input: {
  readonly schedule: Schedule;
  readonly database: string;
  readonly window: DueWindow;
  readonly fromMs: number;
  readonly nowMs: number;
  readonly isRunning: boolean;
}): DatabasePlan {
  const { schedule, database, nowMs } = input;
  const beginOf = (dueMs: number): number => beginTimeMs(schedule, dueMs, database);
  const open = input.window.dueMs.filter((dueMs) => dueMs > input.fromMs);
  const firstWaiting = open.findIndex((dueMs) => beginOf(dueMs) > nowMs);
  const pending = firstWaiting < 0 ? open : open.slice(0, firstWaiting);
  const waiting = firstWaiting < 0 ? undefined : open[firstWaiting];
  const nextBeginMs = waiting === undefined ? undefined : beginOf(waiting);
  const doneMs = pending.at(-1);
  if (doneMs === undefined) return { fire: [], missed: [], doneMs, nextBeginMs };

  const firstWanted = Math.max(0, pending.length - howMany(schedule, nowMs - beginOf(doneMs)));
  const [late, wanted] = [pending.slice(0, firstWanted), pending.slice(firstWanted)];
  const isSkipped = schedule.overlap === 'skip' && input.isRunning;
  return {
    fire: isSkipped
      ? []
      : wanted.map((dueMs) => ({
          database,
          dueAt: isoOf(dueMs),
          lateMs: Math.max(0, nowMs - beginOf(dueMs)),
        })),
    missed: [
      ...missedOf(database, 'late', late, lateDetail(schedule, input.window.isComplete)),
      ...(isSkipped
        ? missedOf(
            database,
            'overlap',
            wanted,
            'The run before still goes; overlap: queue would have it wait.',
          )
        : []),
    ],
    doneMs,
    nextBeginMs,
  };
}

/** How many of the last pending ones are fired. */
function howMany({ catchUp }: Schedule, lastLateMs: number): number {
  if (catchUp === 'all') return MOST_MADE_UP;
  return catchUp === 'once' || lastLateMs <= ON_TIME_MS ? 1 : 0;
}

const lateDetail = (schedule: Schedule, isComplete: boolean): string =>
  [
    'Nobody could fire them in time: no scheduler ran, or none reached the bus',
    isComplete ? '' : ' (at least so many)',
    schedule.catchUp === 'skip' ? '; none is made up for.' : '; the last is made up for.',
  ].join('');

export function missedOf(
  database: string | undefined,
  reason: ScheduleClaim['missed'][number]['reason'],
  dueMs: readonly number[],
  detail: string,
): ScheduleClaim['missed'] {
  const [first, last] = [dueMs[0], dueMs.at(-1)];
  if (first === undefined || last === undefined) return [];
  return [
    {
      ...(database === undefined ? {} : { database }),
      reason,
      count: dueMs.length,
      firstDueAt: isoOf(first),
      lastDueAt: isoOf(last),
      detail,
    },
  ];
}
