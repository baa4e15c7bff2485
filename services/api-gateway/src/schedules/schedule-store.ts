import type { Bucket, Bus, Entry } from '@holdfast/bus';
import {
  HoldfastError,
  scheduleSchema,
  scheduleStateSchema,
  type Schedule,
  type ScheduleState,
} from '@holdfast/contracts';

export type ScheduleEntry = Entry<Schedule>;

/** Bucket `schedules`, which this service and schedulers write, and bucket `schedule_state`, which schedulers alone do. */
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
}

export async function openSchedules(bus: Bus): Promise<ScheduleStore> {
  const schedules: Bucket<Schedule> = await bus.bucket('schedules', scheduleSchema);
  const states: Bucket<ScheduleState> = await bus.bucket('schedule_state', scheduleStateSchema);
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
    states: async () => new Map((await states.entries()).map(({ key, value }) => [key, value])),
  };
}
