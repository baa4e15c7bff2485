import { afterBlackouts, beforeBlackouts } from './blackout.ts';
import { nextRuleDue } from './rule-due.ts';
import { anchoredOf, type Timing } from './timing.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/**
 * The first due time after `after` (never at it); undefined: never again. What a blackout covers is due at its end, and
 * what falls on one moment is one occurrence. Jitter aside. Throws `schedule_invalid`.
 */
export function nextDueAt(schedule: Timing, after: Date): Date | undefined {
  const dueMs = nextDueMs(schedule, after.getTime());
  return dueMs === undefined ? undefined : new Date(dueMs);
}

/** Due times after `from` up to and with `to`, in order, at most `limit`. */
export function dueBetween(schedule: Timing, from: Date, to: Date, limit: number): readonly Date[] {
  return dueBetweenMs(schedule, from.getTime(), to.getTime(), limit).map((dueMs) => new Date(dueMs));
}

/** The last due time up to and with `at`; undefined: none in eight years before it. */
export function lastDueAt(schedule: Timing, at: Date): Date | undefined {
  const dueMs = lastDueMs(schedule, at.getTime());
  return dueMs === undefined ? undefined : new Date(dueMs);
}

export function nextDueMs(schedule: Timing, afterMs: number): number | undefined {
  const anchored = anchoredOf(schedule);
  if (!schedule.blackouts?.length) return nextRuleDue(anchored, afterMs);
  // In a blackout, what it covered before `after` is still to come.
  const startMs = beforeBlackouts(schedule, afterMs);
  let ruleMs = nextRuleDue(anchored, startMs === afterMs ? afterMs : startMs - 1);
  while (ruleMs !== undefined) {
    const dueMs = afterBlackouts(schedule, ruleMs);
    if (dueMs === undefined || dueMs > afterMs) return dueMs;
    ruleMs = nextRuleDue(anchored, ruleMs);
  }
  return undefined;
}

export function dueBetweenMs(
  schedule: Timing,
  fromMs: number,
  toMs: number,
  limit: number,
): readonly number[] {
  const due: number[] = [];
  let next = nextDueMs(schedule, fromMs);
  while (next !== undefined && next <= toMs && due.length < limit) {
    due.push(next);
    next = nextDueMs(schedule, next);
  }
  return due;
}

/** Looked for in ever longer spans, so that few due times are counted; the longest holds a 29 February. */
const SPANS_MS = [
  10_000,
  600_000,
  6 * HOUR_MS,
  2 * DAY_MS,
  9 * DAY_MS,
  63 * DAY_MS,
  732 * DAY_MS,
  3_000 * DAY_MS,
];
const MOST_IN_SPAN = 5_000;

export function lastDueMs(schedule: Timing, atMs: number): number | undefined {
  for (const spanMs of SPANS_MS) {
    const last = dueBetweenMs(schedule, atMs - spanMs, atMs, MOST_IN_SPAN).at(-1);
    if (last !== undefined) return last;
  }
  return undefined;
}
