import { z } from 'zod';
import { failureSchema } from '../errors.ts';
import { databaseIdSchema, timestampSchema } from '../ids.ts';
import { presenceSchema } from '../presence.ts';
import { scheduleSchema } from '../schedule.ts';
import { declareRoutes } from './declaration.ts';
import { runSchema } from './runs.ts';

const lastBackup = z.object({
  filename: z.string(),
  createdAt: timestampSchema,
  sizeBytes: z.number().int(),
});

export const databaseSchema = z
  .object({
    id: databaseIdSchema,
    /** PostgreSQL's name. */
    name: z.string(),
    /** Workers that can reach it now; 0: only its backups are known. */
    workers: z.number().int(),
    backups: z.number().int(),
    sizeBytes: z.number().int(),
    lastBackup: lastBackup.optional(),
    /** The newest backup that no validation found invalid. */
    lastGood: lastBackup.optional(),
    /** When its next backup is due by a schedule. */
    nextDueAt: timestampSchema.optional(),
    /** The newest backup that a drill restored in full, and when. */
    lastProven: z.object({ filename: z.string(), at: timestampSchema }).optional(),
  })
  .meta({ id: 'Database' });
export type DatabaseView = z.infer<typeof databaseSchema>;

export const healthIssueSchema = z.object({
  /** Stable: `bus`, `storage.space`, `backup.age`, …; and the database, service or destination it is about. */
  check: z.string().optional(),
  subject: z.string().optional(),
  severity: z.enum(['warning', 'critical']),
  /** One sentence: what is wrong and what to do. */
  message: z.string(),
});
export type HealthIssue = z.infer<typeof healthIssueSchema>;

/** One thing that was looked at. */
export const healthCheckSchema = z.object({
  check: z.string(),
  subject: z.string().optional(),
  outcome: z.enum(['ok', 'warning', 'critical']),
  detail: z.string(),
});
export type HealthCheck = z.infer<typeof healthCheckSchema>;

/** A schedule in a line. */
export const scheduleBriefSchema = scheduleSchema
  .pick({
    id: true,
    description: true,
    rule: true,
    timezone: true,
    action: true,
    database: true,
    enabled: true,
  })
  .extend({ lastFiredAt: timestampSchema.optional(), nextDueAt: timestampSchema.optional() });
export type ScheduleBrief = z.infer<typeof scheduleBriefSchema>;

export const statusSchema = z
  .object({
    at: timestampSchema,
    health: z.object({
      overall: z.enum(['healthy', 'warning', 'critical']),
      issues: z.array(healthIssueSchema),
      /** Everything that was looked at, also what is well. */
      checks: z.array(healthCheckSchema).optional(),
      /** When the scheduler's watch last looked; absent: it never did. */
      watchedAt: timestampSchema.optional(),
    }),
    bus: z.object({ connected: z.boolean() }),
    history: z.object({ configured: z.boolean(), available: z.boolean(), error: failureSchema.optional() }),
    repository: z.object({
      location: z.string(),
      available: z.boolean(),
      freeBytes: z.number().optional(),
      usedPercent: z.number().optional(),
      /** As it has grown of late; absent: it does not, or nobody knows yet. */
      daysUntilFull: z.number().optional(),
      backups: z.number().int(),
      sizeBytes: z.number().int(),
      /** Manifests that cannot be read. */
      unreadable: z.number().int(),
      error: failureSchema.optional(),
    }),
    services: z.array(
      presenceSchema.pick({ service: true, instance: true, startedAt: true, roles: true, release: true }),
    ),
    databases: z.array(databaseSchema),
    schedules: z.array(scheduleBriefSchema).optional(),
    activeRuns: z.array(runSchema),
    configuration: z.object({
      compression: z.string(),
      compressionLevel: z.number().int(),
      validateAfterBackup: z.string(),
      validateBeforeRestore: z.boolean(),
      /** Whether schedules fire at all. */
      enabled: z.boolean().optional(),
      encrypt: z.boolean().optional(),
      /** Of databases without a policy of their own; absent: no such limit. */
      retentionDays: z.number().optional(),
      maxBackups: z.number().int().optional(),
    }),
  })
  .meta({ id: 'Status' });
export type Status = z.infer<typeof statusSchema>;

export const statusRoutes = declareRoutes({
  getStatus: {
    method: 'GET',
    path: '/api/v1/status',
    tag: 'status',
    summary: 'How everything is: services, repository, databases, runs',
    permission: 'status:read',
    failureShape: 'problem',
    replies: { 200: { description: 'The status.', schema: statusSchema } },
    errors: [],
  },
  listDatabases: {
    method: 'GET',
    path: '/api/v1/databases',
    tag: 'status',
    summary: 'Databases that workers can reach or backups exist of',
    permission: 'status:read',
    failureShape: 'problem',
    replies: {
      200: { description: 'The databases.', schema: z.object({ databases: z.array(databaseSchema) }) },
    },
    errors: ['bus_unavailable'],
  },
  rebuildHistory: {
    method: 'POST',
    path: '/api/v1/history/rebuild',
    tag: 'status',
    summary: 'Make the read model anew from the events and the manifests',
    permission: 'history:rebuild',
    failureShape: 'problem',
    replies: {
      200: {
        description: 'What was replayed.',
        schema: z.object({ counts: z.record(z.string(), z.number()) }),
      },
    },
    errors: ['history_unavailable', 'bus_unavailable'],
  },
});
