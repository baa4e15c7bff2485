import type { RunId, Schedule, ScheduleClaim, ScheduleState } from '@holdfast/contracts';
import { beginTimeMs } from './begin-time.ts';
import { afterBlackouts } from './blackout.ts';
import { dueWindow } from './due-window.ts';
import { lastDueMs, nextDueMs } from './due.ts';
import { isoOf, msOf } from './iso.ts';
import { occurrenceName } from './occurrence-name.ts';
import { missedOf, planDatabase } from './plan-database.ts';

/** Replicas' clocks may differ by so much; a mark further ahead was written by a clock that went wrong. */
const CLOCK_TOLERANCE_MS = 300_000;

export type PlanInput = {
  readonly schedule: Schedule;
  /** Undefined: nothing was ever done. */
  readonly state: ScheduleState | undefined;
  readonly nowMs: number;
  /** Those that the schedule means now. */
  readonly databases: readonly string[];
  /** Those whose last run of this schedule still goes. */
  readonly running: ReadonlySet<string>;
  readonly runIdOf: (occurrence: string) => RunId;
};

export type OccurrencePlan = {
  readonly fire: ScheduleClaim['fire'];
  readonly missed: ScheduleClaim['missed'];
  /** What is to be written before it is done, without the claim. Undefined: nothing is to be done. */
  readonly state: Omit<ScheduleState, 'claim'> | undefined;
  /** When to look again; undefined: never, unless the schedule changes. */
  readonly wakeAtMs: number | undefined;
};

const nothing: Omit<OccurrencePlan, 'wakeAtMs'> = { fire: [], missed: [], state: undefined };

/**
 * What a schedule does now. `handledUntil` never moves back. A clock that jumps ahead makes up for what it passed, as its
 * policy says; when it comes back, the marks it left in the future hide nothing: the last occurrence before now is then
 * looked at again, and the run's record knows whether it was done.
 */
export function planOccurrences(input: PlanInput): OccurrencePlan {
  const { schedule, state, nowMs, databases } = input;
  if (!schedule.enabled) return { ...nothing, wakeAtMs: undefined };
  const openAgainMs = afterBlackouts(schedule, nowMs);
  if (openAgainMs !== nowMs) return { ...nothing, wakeAtMs: openAgainMs };

  const { fromMs, isAheadOfClock } = startOf(input);
  const marks = marksOf(state, nowMs);
  const window = dueWindow(schedule, fromMs, nowMs);
  const plans = databases.map((database) => ({
    database,
    plan: planDatabase({
      schedule,
      database,
      window,
      fromMs: Math.max(fromMs, marks.get(database) ?? fromMs),
      nowMs,
      isRunning: input.running.has(database),
    }),
  }));
  const noneMissed =
    databases.length > 0
      ? []
      : missedOf(undefined, 'no-database', window.dueMs, `No known database matches "${schedule.database}".`);
  const wakeAtMs = wakeOf(
    input,
    plans.map(({ plan }) => plan.nextBeginMs),
  );
  const done = plans.filter(({ plan }) => plan.doneMs !== undefined);
  if (done.length === 0 && noneMissed.length === 0) return { ...nothing, wakeAtMs };

  for (const { database, plan } of done) marks.set(database, plan.doneMs ?? fromMs);
  const fire = plans.flatMap(({ plan }) => plan.fire);
  return {
    fire,
    missed: [...plans.flatMap(({ plan }) => plan.missed), ...noneMissed],
    state: nextState(input, { fromMs, isAheadOfClock, marks, fire, lastInWindow: window.dueMs.at(-1) }),
    wakeAtMs,
  };
}

/** From where on occurrences are open. */
function startOf({ schedule, state, nowMs }: PlanInput): {
  readonly fromMs: number;
  readonly isAheadOfClock: boolean;
} {
  const activeMs = msOf(schedule.activeSince ?? schedule.updatedAt);
  const fromMs = Math.max(state ? msOf(state.handledUntil) : activeMs, activeMs);
  if (fromMs <= nowMs + CLOCK_TOLERANCE_MS) return { fromMs, isAheadOfClock: false };
  return { fromMs: (lastDueMs(schedule, nowMs) ?? nowMs) - 1, isAheadOfClock: true };
}

function marksOf(state: ScheduleState | undefined, nowMs: number): Map<string, number> {
  const marks = Object.entries(state?.ahead ?? {}).map(([database, at]) => [database, msOf(at)] as const);
  return new Map(marks.filter(([, atMs]) => atMs <= nowMs + CLOCK_TOLERANCE_MS));
}

function nextState(
  { schedule, state, nowMs, databases, runIdOf }: PlanInput,
  done: {
    readonly fromMs: number;
    readonly isAheadOfClock: boolean;
    readonly marks: ReadonlyMap<string, number>;
    readonly fire: ScheduleClaim['fire'];
    readonly lastInWindow: number | undefined;
  },
): Omit<ScheduleState, 'claim'> {
  const { fromMs, isAheadOfClock, marks } = done;
  // All are done up to where the slowest is; without databases the whole window is.
  const slowestMs = Math.min(
    done.lastInWindow ?? fromMs,
    ...databases.map((database) => Math.max(fromMs, marks.get(database) ?? fromMs)),
  );
  const before = state ? msOf(state.handledUntil) : fromMs;
  const handledMs = isAheadOfClock ? before : Math.max(before, slowestMs);
  const ahead = [...marks].filter(
    ([database, atMs]) => databases.includes(database) && (isAheadOfClock || atMs > handledMs),
  );
  const fired = done.fire.map(({ database, dueAt }): [string, RunId] => [
    database,
    runIdOf(occurrenceName(schedule.id, dueAt, database)),
  ]);
  const remembered = Object.entries(state?.lastRuns ?? {}).filter(([database]) =>
    databases.includes(database),
  );
  const lastDueAt =
    done.fire
      .map(({ dueAt }) => dueAt)
      .sort()
      .at(-1) ?? state?.lastDueAt;
  const lastFiredAt = fired.length > 0 ? isoOf(nowMs) : state?.lastFiredAt;
  return {
    handledUntil: isoOf(handledMs),
    ...(lastDueAt === undefined ? {} : { lastDueAt }),
    ...(lastFiredAt === undefined ? {} : { lastFiredAt }),
    lastRuns: Object.fromEntries([...remembered, ...fired]),
    ...(ahead.length === 0
      ? {}
      : { ahead: Object.fromEntries(ahead.map(([database, at]) => [database, isoOf(at)])) }),
  };
}

function wakeOf(input: PlanInput, waiting: readonly (number | undefined)[]): number | undefined {
  const { schedule, nowMs, databases } = input;
  const dueMs = nextDueMs(schedule, nowMs);
  const times = waiting.filter((atMs) => atMs !== undefined);
  if (dueMs !== undefined) {
    times.push(
      ...(databases.length > 0 ? databases.map((each) => beginTimeMs(schedule, dueMs, each)) : [dueMs]),
    );
  }
  return times.length === 0 ? undefined : Math.min(...times);
}
