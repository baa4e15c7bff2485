import type { Bucket, Bus } from '@holdfast/bus';
import {
  failureOf,
  scheduleSchema,
  scheduleStateSchema,
  type Schedule,
  type ScheduleState,
} from '@holdfast/contracts';
import { databasesOf, expectedIntervalMs, nextDueAt } from '@holdfast/schedule-rules';
import type { ScheduleSign } from '../signs.ts';

/** Answers what the schedules promise: when they are due next, how often, and for which databases. */
export async function openScheduleReader(
  bus: Bus,
): Promise<(known: readonly string[], now: Date) => Promise<readonly ScheduleSign[]>> {
  const schedules: Bucket<Schedule> = await bus.bucket('schedules', scheduleSchema);
  const states: Bucket<ScheduleState> = await bus.bucket('schedule_state', scheduleStateSchema);
  return async (known, now) => {
    const [found, stored] = await Promise.all([schedules.entries(), states.entries()]);
    const stateOf = new Map(stored.map(({ key, value }) => [key, value]));
    return found.map(({ value }) => signOf(value, stateOf.get(value.id), known, now));
  };
}

function signOf(
  schedule: Schedule,
  state: ScheduleState | undefined,
  known: readonly string[],
  now: Date,
): ScheduleSign {
  const databases = databasesOf(schedule.database, known);
  const from = state?.handledUntil ?? schedule.activeSince ?? schedule.updatedAt;
  try {
    return {
      schedule,
      state,
      databases,
      nextDueAtMs: nextDueAt(schedule, new Date(from))?.getTime(),
      intervalMs: expectedIntervalMs(schedule, now),
    };
  } catch (error) {
    // One that is impossible promises nothing; the scheduler tells of it when it tries to fire it.
    if (failureOf(error).code !== 'schedule_invalid') throw error;
    return { schedule, state, databases, nextDueAtMs: undefined, intervalMs: undefined };
  }
}
