import {
  HoldfastError,
  type Failure,
  type Schedule,
  type ScheduleFields,
  type ScheduleView,
} from '@holdfast/contracts';
import { changedFields, checkSchedule, declareSchedule } from '@holdfast/schedule-rules';
import type { GatewayDependencies } from '../dependencies.ts';
import { ok, type Answer, type CallContext } from '../http/handler.ts';
import { conflict, etagOf, isWanted, wantedVersion } from '../versions/version.ts';
import { whyManaged } from './decide.ts';
import type { ScheduleEntry } from './schedule-store.ts';
import { tell } from './tell.ts';
import { viewSchedule } from './view-schedule.ts';

type OneSchedule = Promise<Answer<ScheduleView>>;

export async function viewOf(deps: GatewayDependencies, entry: ScheduleEntry): Promise<ScheduleView> {
  return viewSchedule(entry, await deps.schedules.state(entry.key), deps.now());
}

export async function answerSchedule(deps: GatewayDependencies, entry: ScheduleEntry): OneSchedule {
  return { ...ok(await viewOf(deps, entry)), headers: etagOf(entry) };
}

/** Throws schedule_invalid, name_taken. */
export async function addSchedule(
  deps: GatewayDependencies,
  { caller }: CallContext,
  { id, ...fields }: ScheduleFields & { readonly id: string },
): Promise<ScheduleEntry> {
  checkSchedule(fields);
  const by = caller.name;
  const schedule = declareSchedule(fields, { id, managedBy: 'api', by, at: deps.now() });
  const created = await deps.schedules.create(schedule);
  if (!created) {
    const message = `There is already a schedule "${id}"; choose another id, or change it with "backup-admin schedules edit ${id}".`;
    throw new HoldfastError('name_taken', message);
  }
  await tell(deps, created, 'schedule.created', { schedule, by });
  return created;
}

/**
 * Changes what the API may change, by compare-and-set. Without If-Match a change that came between is looked at again and
 * changed too; with it the caller gets the other's version.
 */
export async function changeSchedule(
  deps: GatewayDependencies,
  { caller, headers }: Pick<CallContext, 'caller' | 'headers'>,
  id: string,
  change: (present: Schedule) => ScheduleFields,
): OneSchedule {
  const wanted = wantedVersion(headers);
  for (;;) {
    const entry = await deps.schedules.get(id);
    const managed = whyManaged(entry.value);
    if (managed) return { failure: managed };
    if (wanted !== undefined && !isWanted(wanted, entry)) return conflictOf(deps, wanted, entry);
    const declaring = { id, managedBy: 'api', by: caller.name, at: deps.now() } as const;
    const schedule = declareSchedule(change(entry.value), declaring, entry.value);
    const changed = await deps.schedules.change(entry, schedule);
    if (!changed) continue;
    const told = { schedule, changed: [...changedFields(entry.value, schedule)], by: caller.name };
    await tell(deps, changed, 'schedule.updated', told);
    return answerSchedule(deps, changed);
  }
}

/** Answers what was removed. */
export async function removeSchedule(
  deps: GatewayDependencies,
  { caller, headers }: Pick<CallContext, 'caller' | 'headers'>,
  id: string,
): OneSchedule {
  const wanted = wantedVersion(headers);
  const entry = await deps.schedules.get(id);
  const managed: Failure | undefined = whyManaged(entry.value);
  if (managed) return { failure: managed };
  if (wanted !== undefined && !isWanted(wanted, entry)) return conflictOf(deps, wanted, entry);
  const last = await answerSchedule(deps, entry);
  // Removed before it is told: whoever believed in a removal that did not happen would miss no backup.
  await deps.schedules.remove(entry);
  await tell(deps, entry, 'schedule.removed', { schedule: id, by: caller.name });
  return last;
}

async function conflictOf(
  deps: GatewayDependencies,
  wanted: string,
  entry: ScheduleEntry,
): Promise<Answer<never>> {
  return conflict(`The schedule "${entry.key}"`, wanted, entry, await viewOf(deps, entry));
}
