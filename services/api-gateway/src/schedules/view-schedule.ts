import type { ScheduleState, ScheduleView } from '@holdfast/contracts';
import { nextDueAt } from '@holdfast/schedule-rules';
import { versionOf } from '../versions/version.ts';
import type { ScheduleEntry } from './schedule-store.ts';

/** A schedule as the outside sees it. Pure. */
export function viewSchedule(
  entry: ScheduleEntry,
  state: ScheduleState | undefined,
  now: Date,
): ScheduleView {
  const due = entry.value.enabled ? nextDueAt(entry.value, now) : undefined;
  return {
    ...entry.value,
    version: versionOf(entry),
    ...(state ? { state } : {}),
    ...(due ? { nextDueAt: due.toISOString() } : {}),
  };
}
