import type { ScheduleBrief, ScheduleState } from '@holdfast/contracts';
import { matchesDatabase, nextDueAt } from '@holdfast/schedule-rules';
import type { GatewayDependencies } from '../dependencies.ts';
import type { ScheduleEntry } from '../schedules/schedule-store.ts';

/** Schedules in a line each, by id; while schedules do not fire at all nothing is due. */
export async function readBriefs(deps: GatewayDependencies): Promise<readonly ScheduleBrief[]> {
  const [entries, states] = await Promise.all([deps.schedules.list(), deps.schedules.states()]);
  const now = deps.now();
  return entries.map((entry) =>
    brief(entry, states.get(entry.key), { now, fires: deps.settings.BACKUP_ENABLED }),
  );
}

function brief(
  { value }: ScheduleEntry,
  state: ScheduleState | undefined,
  { now, fires }: { readonly now: Date; readonly fires: boolean },
): ScheduleBrief {
  const { id, description, rule, timezone, action, database, enabled } = value;
  const due = enabled && fires ? nextDueAt(value, now) : undefined;
  return {
    id,
    description,
    rule,
    timezone,
    action,
    database,
    enabled,
    ...(state?.lastFiredAt === undefined ? {} : { lastFiredAt: state.lastFiredAt }),
    ...(due ? { nextDueAt: due.toISOString() } : {}),
  };
}

/** When the next backup is due: of this database, or of any. Pure. */
export function nextBackupAt(schedules: readonly ScheduleBrief[], database?: string): string | undefined {
  return schedules
    .filter(
      (schedule) =>
        schedule.action === 'backup' &&
        (database === undefined || matchesDatabase(schedule.database, database)),
    )
    .flatMap(({ nextDueAt: due }) => (due === undefined ? [] : [due]))
    .sort()[0];
}
