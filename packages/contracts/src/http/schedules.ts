import { z } from 'zod';
import { timestampSchema } from '../ids.ts';
import { scheduleFieldsSchema, scheduleIdSchema, scheduleSchema, scheduleStateSchema } from '../schedule.ts';
import { declareRoutes } from './declaration.ts';
import { acceptedReply } from './runs.ts';

/** A schedule, how far it was done, and when it fires next. */
export const scheduleViewSchema = scheduleSchema
  .extend({
    /** What `If-Match` takes, without its quotes. */
    version: z.string(),
    state: scheduleStateSchema.optional(),
    /** Absent: never again, or it is paused. */
    nextDueAt: timestampSchema.optional(),
  })
  .meta({ id: 'ScheduleView' });
export type ScheduleView = z.infer<typeof scheduleViewSchema>;

export const scheduleParams = z.object({ schedule: scheduleIdSchema });
const one = { description: 'The schedule; its version stands in ETag.', schema: scheduleViewSchema } as const;

export const scheduleRoutes = declareRoutes({
  listSchedules: {
    method: 'GET',
    path: '/api/v1/schedules',
    tag: 'schedules',
    summary: 'Schedules, by id',
    permission: 'schedule:read',
    failureShape: 'problem',
    replies: {
      200: { description: 'All.', schema: z.object({ schedules: z.array(scheduleViewSchema) }) },
    },
    errors: ['bus_unavailable'],
  },
  getSchedule: {
    method: 'GET',
    path: '/api/v1/schedules/:schedule',
    tag: 'schedules',
    summary: 'One schedule',
    permission: 'schedule:read',
    failureShape: 'problem',
    params: scheduleParams,
    replies: { 200: one },
    errors: ['schedule_not_found', 'bus_unavailable'],
  },
  previewSchedule: {
    method: 'GET',
    path: '/api/v1/schedules/:schedule/next',
    tag: 'schedules',
    summary: 'When it fires next',
    permission: 'schedule:read',
    failureShape: 'problem',
    params: scheduleParams,
    query: z.strictObject({ count: z.coerce.number().int().min(1).max(1_000).default(10) }),
    replies: {
      200: { description: 'Times, jitter aside.', schema: z.object({ dueAt: z.array(timestampSchema) }) },
    },
    errors: ['schedule_not_found', 'bus_unavailable'],
  },
  createSchedule: {
    method: 'POST',
    path: '/api/v1/schedules',
    tag: 'schedules',
    summary: 'Add a schedule',
    permission: 'schedule:write',
    failureShape: 'problem',
    body: scheduleFieldsSchema.extend({ id: scheduleIdSchema }),
    replies: { 201: one },
    errors: ['name_taken', 'schedule_invalid', 'bus_unavailable'],
  },
  updateSchedule: {
    method: 'PUT',
    path: '/api/v1/schedules/:schedule',
    tag: 'schedules',
    summary: 'Change a schedule; with If-Match only if nobody else changed it meanwhile',
    permission: 'schedule:write',
    failureShape: 'problem',
    params: scheduleParams,
    body: scheduleFieldsSchema,
    replies: { 200: one },
    errors: [
      'schedule_not_found',
      'schedule_invalid',
      'schedule_managed',
      'version_conflict',
      'bus_unavailable',
    ],
  },
  pauseSchedule: {
    method: 'POST',
    path: '/api/v1/schedules/:schedule/pause',
    tag: 'schedules',
    summary: 'Pause a schedule',
    permission: 'schedule:write',
    failureShape: 'problem',
    params: scheduleParams,
    replies: { 200: one },
    errors: ['schedule_not_found', 'schedule_managed', 'bus_unavailable'],
  },
  resumeSchedule: {
    method: 'POST',
    path: '/api/v1/schedules/:schedule/resume',
    tag: 'schedules',
    summary: 'Resume a schedule; what was due meanwhile is not made up for',
    permission: 'schedule:write',
    failureShape: 'problem',
    params: scheduleParams,
    replies: { 200: one },
    errors: ['schedule_not_found', 'schedule_managed', 'bus_unavailable'],
  },
  runSchedule: {
    method: 'POST',
    path: '/api/v1/schedules/:schedule/run',
    tag: 'schedules',
    summary: 'Do now what the schedule does; its own occurrences stay as they are',
    permission: 'backup:create',
    failureShape: 'problem',
    params: scheduleParams,
    makesRun: true,
    replies: {
      202: {
        description: 'Accepted, a run for each database.',
        schema: z.object({ runs: z.array(acceptedReply.schema) }),
      },
    },
    errors: ['schedule_not_found', 'database_unknown', 'idempotency_mismatch', 'bus_unavailable'],
  },
  removeSchedule: {
    method: 'DELETE',
    path: '/api/v1/schedules/:schedule',
    tag: 'schedules',
    summary: 'Remove a schedule',
    permission: 'schedule:write',
    failureShape: 'problem',
    params: scheduleParams,
    replies: { 200: one },
    errors: ['schedule_not_found', 'schedule_managed', 'version_conflict', 'bus_unavailable'],
  },
});
