import type { Schedule, ScheduleState } from '@holdfast/contracts';
import { databasesOf, planOccurrences } from '@holdfast/schedule-rules';
import { heldUntil } from './claim.ts';

/**
 * When a schedule needs a look, by what memory holds of it; now when there is something to do. Undefined: not before it
 * changes. Throws `schedule_invalid`.
 */
export function nextLook(
  schedule: Schedule,
  state: ScheduleState | undefined,
  known: readonly string[],
  nowMs: number,
  worker: string,
): number | undefined {
  if (state?.claim) return heldUntil(state.claim, worker, nowMs) ?? nowMs;
  const plan = planOccurrences({
    schedule,
    state,
    nowMs,
    databases: databasesOf(schedule.database, known),
    running: new Set(),
    runIdOf: (name) => name,
  });
  return plan.state ? nowMs : plan.wakeAtMs;
}
