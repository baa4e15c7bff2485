import type { Bucket, Bus, Entry } from '@holdfast/bus';
import {
  HoldfastError,
  knownDatabaseSchema,
  scheduleSchema,
  scheduleStateSchema,
  type DatabaseId,
  type Schedule,
  type ScheduleState,
} from '@holdfast/contracts';

export type ScheduleEntry = Entry<Schedule>;

/** As long as schedulers remember: a pattern is to mean here what it means there. */
const REMEMBERED_MS = 7 * 86_400_000;

/**
 * Bucket `schedules`, which this service and schedulers write; buckets `schedule_state` and `databases`, which schedulers
 * alone do.
 */
export interface ScheduleStore {
  /** By id. */
  list(): Promise<readonly ScheduleEntry[]>;
  /** Throws schedule_not_found. */
  get(id: string): Promise<ScheduleEntry>;
  /** Undefined: the id is taken. */
  create(schedule: Schedule): Promise<ScheduleEntry | undefined>;
  /** Undefined: somebody else changed it since `entry`. */
  change(entry: ScheduleEntry, schedule: Schedule): Promise<ScheduleEntry | undefined>;
  /** Throws version_conflict when it is no longer `entry`. */
  remove(entry: ScheduleEntry): Promise<void>;
  state(id: string): Promise<ScheduleState | undefined>;
  states(): Promise<ReadonlyMap<string, ScheduleState>>;
  /** Databases that a worker had within the last week: what patterns mean while no worker is there. */
  remembered(now: Date): Promise<readonly DatabaseId[]>;
}

export async function openSchedules(bus: Bus): Promise<ScheduleStore> {
  const schedules: Bucket<Schedule> = await bus.bucket('schedules', scheduleSchema);
  const states: Bucket<ScheduleState> = await bus.bucket('schedule_state', scheduleStateSchema);
  const databases = await bus.bucket('databases', knownDatabaseSchema);
  return {
    list: async () => (await schedules.entries()).toSorted((a, b) => a.key.localeCompare(b.key)),
    get: async (id) => {
      const entry = await schedules.get(id);
      if (entry) return entry;
      const message = `There is no schedule "${id}"; "backup-admin schedules list" shows those there are.`;
      throw new HoldfastError('schedule_not_found', message);
    },
    create: (schedule) => schedules.create(schedule.id, schedule),
    change: (entry, schedule) => schedules.update(entry.key, schedule, entry.revision),
    remove: (entry) => schedules.remove(entry.key, entry.revision),
    state: async (id) => (await states.get(id))?.value,
    remembered: async (now) =>
      (await databases.entries())
        .filter(({ value }) => now.getTime() - Date.parse(value.lastSeenAt) <= REMEMBERED_MS)
        .map(({ key }) => key),
    states: async () => new Map((await states.entries()).map(({ key, value }) => [key, value])),
  };
}
