import { dueBetweenMs, lastDueMs } from './due.ts';
import type { Timing } from './timing.ts';

/** More are not counted one by one: a year of minutes would take a minute to count. */
const MOST_COUNTED = 5_000;

export type DueWindow = {
  /** In order; where not all are listed, the first ones and the very last. */
  readonly dueMs: readonly number[];
  readonly isComplete: boolean;
};

/** What was due after `fromMs`, up to and with `toMs`. */
export function dueWindow(schedule: Timing, fromMs: number, toMs: number): DueWindow {
  if (fromMs >= toMs) return { dueMs: [], isComplete: true };
  const listed = dueBetweenMs(schedule, fromMs, toMs, MOST_COUNTED);
  const lastListed = listed.at(-1);
  if (lastListed === undefined || listed.length < MOST_COUNTED) return { dueMs: listed, isComplete: true };
  const last = lastDueMs(schedule, toMs);
  if (last === undefined || last <= lastListed) return { dueMs: listed, isComplete: true };
  return { dueMs: [...listed, last], isComplete: false };
}
