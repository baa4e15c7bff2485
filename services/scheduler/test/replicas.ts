import { setTimeout as delay } from 'node:timers/promises';
import type { Bus } from '@holdfast/bus';
import {
  scheduleFieldsSchema,
  scheduleSchema,
  scheduleStateSchema,
  type Envelope,
  type Schedule,
  type ScheduleFields,
  type ScheduleState,
} from '@holdfast/contracts';
import { openRuns } from '@holdfast/runs';
import { declareSchedule } from '@holdfast/schedule-rules';
import type { Clock } from '../src/clock.ts';
import { runScheduler, type RunningScheduler, type SchedulerOptions } from '../src/run-scheduler.ts';

export const quiet: SchedulerOptions['log'] = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
export const noneDeclared: SchedulerOptions['settings'] = {
  BACKUP_ENABLED: true,
  AUTO_BACKUP_ENABLED: false,
  BACKUP_INTERVAL: '24h',
  BACKUP_TIME: '03:00',
  BACKUP_TIMEZONE: 'UTC',
  BACKUP_SCHEDULES_FILE: undefined,
};

export async function startReplica(
  bus: Bus,
  clock: Clock,
  worker: string,
  more: Partial<SchedulerOptions> = {},
): Promise<RunningScheduler> {
  return runScheduler({
    bus,
    runs: await openRuns(bus),
    clock,
    worker,
    log: quiet,
    settings: noneDeclared,
    ...more,
  });
}

/** As the API would store it. */
export async function addSchedule(
  bus: Bus,
  id: string,
  fields: Partial<ScheduleFields> & { readonly rule: string },
  at: Date,
): Promise<Schedule> {
  const schedule = declareSchedule(scheduleFieldsSchema.parse(fields), {
    id,
    managedBy: 'api',
    by: 'anna',
    at,
  });
  const bucket = await bus.bucket('schedules', scheduleSchema);
  await bucket.create(id, schedule);
  return schedule;
}

export async function stateOf(bus: Bus, id: string): Promise<ScheduleState | undefined> {
  const states = await bus.bucket('schedule_state', scheduleStateSchema);
  return (await states.get(id))?.value;
}

/** Resolves when everything due up to `until` is done, and nothing is claimed. */
export async function caughtUp(bus: Bus, id: string, until: Date): Promise<void> {
  for (;;) {
    const state = await stateOf(bus, id);
    if (state && !state.claim && Date.parse(state.handledUntil) >= until.getTime()) return;
    await delay(5);
  }
}

export async function eventsOf(bus: Bus, type: string): Promise<readonly Envelope[]> {
  const { lastSequence } = await bus.eventsInfo();
  const events: Envelope[] = [];
  if (lastSequence === 0) return events;
  for await (const { event } of bus.readEvents(1, { untilSequence: lastSequence })) {
    if (event?.type === type) events.push(event);
  }
  return events;
}
