import { z } from 'zod';
import { compressionSchema, validationLevelSchema } from './backup.ts';
import { backupTypeSchema, databaseIdSchema, runIdSchema, timestampSchema } from './ids.ts';

export const scheduleIdSchema = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9_-]{0,62}$/,
    'lower-case letters, digits, - and _, at most 63, a letter or digit first',
  );

/** What an occurrence does: a backup, a restore drill of the newest backup, or a clean-up by the policies. */
export const scheduleActionSchema = z.enum(['backup', 'drill', 'cleanup']);
export type ScheduleAction = z.infer<typeof scheduleActionSchema>;

/** Missed occurrences, when nobody could fire them: the last one alone, each (bounded), or none. */
export const catchUpSchema = z.enum(['once', 'all', 'skip']);
/** When the run before still goes: leave this occurrence out, or ask for it all the same; it then waits its turn. */
export const overlapSchema = z.enum(['skip', 'queue']);

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day such as 03:00');
export const weekdaySchema = z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']);

/** A time in which nothing is begun, in the schedule's zone; over midnight when `to` is not after `from`. */
export const blackoutSchema = z.strictObject({
  from: timeOfDay,
  to: timeOfDay,
  /** Days on which it begins; absent: all. */
  days: z.array(weekdaySchema).min(1).optional(),
});

/** What people decide about a schedule. */
export const scheduleFieldsSchema = z.strictObject({
  description: z.string().max(1_000).default(''),
  /** Cron (5 fields), `daily at 03:00`, `weekly on sunday at 02:00`, `monthly on 31 at 04:00`, `24h`, `@hourly`. */
  rule: z.string().min(1).max(200),
  /** IANA. */
  timezone: z.string().min(1).max(64).default('UTC'),
  action: scheduleActionSchema.default('backup'),
  /** A database's id, or a pattern over ids with * and ?. */
  database: z.string().min(1).max(63).default('*'),
  type: backupTypeSchema.default('full'),
  options: z
    .strictObject({
      compression: compressionSchema.optional(),
      encrypt: z.boolean().optional(),
      validate: validationLevelSchema.or(z.literal('none')).optional(),
      /** Ids of BACKUP_DESTINATIONS that get copies; absent: all. */
      destinations: z.array(z.string().max(80)).max(20).optional(),
    })
    .default({}),
  enabled: z.boolean().default(true),
  /** At most so late, by a share that is always the same for a schedule and database. */
  jitterMs: z.number().int().min(0).max(86_400_000).default(0),
  blackouts: z.array(blackoutSchema).max(20).default([]),
  catchUp: catchUpSchema.default('once'),
  overlap: overlapSchema.default('skip'),
  /** How late a success may be before somebody is told of its absence; absent: the notifier's default. */
  toleranceMs: z.number().int().min(0).optional(),
});
export type ScheduleFields = z.infer<typeof scheduleFieldsSchema>;

/** The value of a schedule's id in bucket `schedules`. */
export const scheduleSchema = scheduleFieldsSchema
  .extend({
    id: scheduleIdSchema,
    /** Who may change it: the API, or the file or environment that declares it. */
    managedBy: z.enum(['api', 'file', 'environment']),
    /** What durations are counted from. */
    createdAt: timestampSchema,
    updatedAt: timestampSchema,
    updatedBy: z.string(),
    /** Since when it is enabled with this rule and zone: what would have been due before is not made up for. Absent: updatedAt. */
    activeSince: timestampSchema.optional(),
  })
  .meta({ id: 'Schedule' });
export type Schedule = z.infer<typeof scheduleSchema>;

export const missedReasonSchema = z.enum(['late', 'overlap', 'blackout', 'no-database']);

/** Occurrences that are fired or told as missed: decided once, by the compare-and-set that writes them down. */
export const scheduleClaimSchema = z.object({
  by: z.string(),
  at: timestampSchema,
  fire: z.array(
    z.object({
      database: databaseIdSchema,
      dueAt: timestampSchema,
      /** Against its due time and its jitter. */
      lateMs: z.number().nonnegative(),
    }),
  ),
  missed: z.array(
    z.object({
      database: databaseIdSchema.optional(),
      reason: missedReasonSchema,
      count: z.number().int().positive(),
      firstDueAt: timestampSchema,
      lastDueAt: timestampSchema,
      detail: z.string(),
    }),
  ),
});
export type ScheduleClaim = z.infer<typeof scheduleClaimSchema>;

/** The value of a schedule's id in bucket `schedule_state`: how far it was done. Written by schedulers alone. */
export const scheduleStateSchema = z.object({
  /** Occurrences due up to here are dealt with: fired or told as missed. Never moves back. */
  handledUntil: timestampSchema,
  lastDueAt: timestampSchema.optional(),
  lastFiredAt: timestampSchema.optional(),
  /** Database id → the run of the last occurrence that fired for it. */
  lastRuns: z.record(databaseIdSchema, runIdSchema).default({}),
  /** Database id → how far it is beyond `handledUntil`, where jitter has databases begin at different times. */
  ahead: z.record(databaseIdSchema, timestampSchema).optional(),
  /** What was decided and is being done. Absent: all is done. Whoever finds it left over does it again, which changes nothing. */
  claim: scheduleClaimSchema.optional(),
});
export type ScheduleState = z.infer<typeof scheduleStateSchema>;

/** Events about schedules; their subject is the schedule's id, that of `schedule.fired` the run's. */
export const scheduleEvents = {
  'schedule.created': z.object({ schedule: scheduleSchema, by: z.string() }),
  'schedule.updated': z.object({ schedule: scheduleSchema, changed: z.array(z.string()), by: z.string() }),
  'schedule.removed': z.object({ schedule: scheduleIdSchema, by: z.string() }),
  /** One for each database; `drill` and `cleanup` are done by who hears it, a backup was asked for just before. */
  'schedule.fired': z.object({
    schedule: scheduleIdSchema,
    action: scheduleActionSchema,
    dueAt: timestampSchema,
    lateMs: z.number().nonnegative(),
  }),
  'schedule.missed': z.object({
    schedule: scheduleIdSchema,
    action: scheduleActionSchema,
    reason: missedReasonSchema,
    /** How many occurrences, from the first to the last. */
    count: z.number().int().positive(),
    firstDueAt: timestampSchema,
    lastDueAt: timestampSchema,
    detail: z.string(),
  }),
} as const;
