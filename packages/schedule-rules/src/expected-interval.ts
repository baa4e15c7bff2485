import { lastDueAt, nextDueAt } from './due.ts';
import type { Timing } from './timing.ts';

/**
 * How far apart two occurrences are around `at`: from the last due time to the next, so longer over a weekend that a rule
 * leaves out. Undefined when it is due at most once.
 */
export function expectedIntervalMs(schedule: Timing, at: Date): number | undefined {
  const next = nextDueAt(schedule, at);
  if (!next) return undefined;
  const last = lastDueAt(schedule, at);
  if (last) return next.getTime() - last.getTime();
  const following = nextDueAt(schedule, next);
  return following && following.getTime() - next.getTime();
}
