import { scheduleSchema, type Schedule } from '@holdfast/contracts';
import type { Limits, ScheduleSign, Signs } from './signs.ts';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** The moment at which tests look. */
export const NOW_MS = Date.parse('2026-06-15T12:00:00Z');
export const ago = (ms: number): string => new Date(NOW_MS - ms).toISOString();

export const limits: Limits = {
  schedulesFire: true,
  drillEveryMs: 7 * DAY_MS,
  toleranceMs: 2 * HOUR_MS,
  warnPercent: 80,
  criticalPercent: 95,
};

/** A daily schedule of database `app` that is an old one and on time; what the test is about is given. */
export function scheduleSign(
  fields: Partial<Schedule> = {},
  sign: Partial<Omit<ScheduleSign, 'schedule'>> = {},
): ScheduleSign {
  const schedule = scheduleSchema.parse({
    id: 'nightly',
    rule: 'daily at 03:00',
    managedBy: 'api',
    createdAt: ago(100 * DAY_MS),
    updatedAt: ago(100 * DAY_MS),
    updatedBy: 'test',
    ...fields,
  });
  return {
    schedule,
    state: undefined,
    nextDueAtMs: NOW_MS + HOUR_MS,
    intervalMs: DAY_MS,
    databases: ['app'],
    ...sign,
  };
}

/** Everything is well. */
export const signs = (fields: Partial<Signs> = {}): Signs => ({
  nowMs: NOW_MS,
  storage: [],
  schedules: [],
  databases: {},
  services: [],
  missing: {},
  deadLetters: 0,
  pending: [],
  ...fields,
});
