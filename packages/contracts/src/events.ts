import { z } from 'zod';
import { backupSummarySchema, compressionSchema, selectionSchema, validationLevelSchema } from './backup.ts';
import { failureSchema } from './errors.ts';
import { auditEvents } from './audit.ts';
import { healthEvents } from './health.ts';
import { backupTypeSchema, databaseIdSchema, runIdSchema, timestampSchema } from './ids.ts';
import { notificationEvents } from './notification.ts';
import { retentionEvents } from './retention.ts';
import { scheduleEvents } from './schedule.ts';
import { verificationEvents } from './verification.ts';

const actor = z.string().describe('Who asked: a token name, a schedule, a service.');
const attempt = z.number().int().positive();
const worker = z.string().describe('The process that does the work, `<host>-<pid>-<random>`.');

export const restoreModeSchema = z.enum(['swap', 'in-place', 'new']);
export type RestoreMode = z.infer<typeof restoreModeSchema>;

/**
 * `proven` only after a drill whose fingerprint matched in full. `inconclusive`: the drill could not judge the backup, as its
 * server lacked something; that says nothing for it and nothing against it.
 */
export const verdictSchema = z.enum(['valid', 'proven', 'invalid', 'inconclusive']);
export type Verdict = z.infer<typeof verdictSchema>;

/** One thing a validation looked at. `skipped`: not compared; `inconclusive`: the scratch server could not show it; with the reason. */
export const findingSchema = z.object({
  check: z.string(),
  outcome: z.enum(['ok', 'failed', 'skipped', 'inconclusive']),
  detail: z.string(),
});
export type Finding = z.infer<typeof findingSchema>;

const over = z.object({ attempts: z.number().int().nonnegative(), error: failureSchema });
const cancelled = z.object({ by: actor, reason: z.string().optional() });
/** Where a copy goes, by the id of BACKUP_DESTINATIONS; events carry no URLs. */
const destination = z.string().max(80);
const cancelRequest = z.object({ by: actor, reason: z.string().max(500).optional() });

/** What another system may publish; everything but `trigger` has a default at the worker. */
export const backupRequestSchema = z.object({
  type: backupTypeSchema.default('full'),
  trigger: z.string().max(60).default('manual'),
  description: z.string().max(1_000).default(''),
  alias: z.string().max(200).optional(),
  compression: compressionSchema.optional(),
  /** Absent: as BACKUP_ENCRYPT says. */
  encrypt: z.boolean().optional(),
  /** Ids of BACKUP_DESTINATIONS that get copies; absent: all. */
  destinations: z.array(z.string().max(80)).max(20).optional(),
  /** The schedule whose occurrence it is. */
  schedule: z.string().max(63).optional(),
  /** Begin although the storage may have too little room. */
  force: z.boolean().optional(),
  /** Absent: the whole database. */
  selection: selectionSchema.optional(),
  /** Validate after the backup at this level; absent: as BACKUP_VALIDATE_AFTER_BACKUP says; `none`: not at all. */
  validate: validationLevelSchema.or(z.literal('none')).optional(),
  by: actor.default('unknown'),
});
export type BackupRequest = z.infer<typeof backupRequestSchema>;

export const restoreRequestSchema = z.object({
  /** Any name a backup answers to: file name, name, alias. */
  filename: z.string().max(255),
  mode: restoreModeSchema.default('swap'),
  /** Mode `new`: the PostgreSQL name of the database to make. */
  newDatabaseName: z.string().max(63).optional(),
  safetyBackup: z.boolean().default(true),
  /** Absent: as BACKUP_VALIDATE_BEFORE_RESTORE says. */
  validateFirst: z.boolean().optional(),
  /** Mode `in-place`: leave objects alone that the backup does not know. */
  keepExtra: z.boolean().default(false),
  /** Absent: everything that the backup has. Modes new and in-place only. */
  selection: selectionSchema.optional(),
  /** Make roles that the server lacks, as the backup knows them; never as superusers. */
  withRoles: z.boolean().default(false),
  /** Restore although the file carries no manifest of ours. */
  trustFile: z.boolean().default(false),
  by: actor.default('unknown'),
});
export type RestoreRequest = z.infer<typeof restoreRequestSchema>;

export const restoreResultSchema = z.object({
  filename: z.string(),
  mode: restoreModeSchema,
  databaseName: z.string().describe('Where the content now is.'),
  durationMs: z.number().nonnegative(),
  tablesCount: z.number().int().nonnegative(),
  rowsCount: z.number().int().nonnegative(),
  /** Mode `swap`: the database that holds the previous content until `keptUntil`; what undo brings back. */
  previousDatabaseName: z.string().optional(),
  keptUntil: timestampSchema.optional(),
  safetyBackup: z.string().optional(),
  /** False where nothing said what the content must be; absent: it was compared and is the same. */
  compared: z.literal(false).optional(),
  warnings: z.array(z.string()),
});
export type RestoreResult = z.infer<typeof restoreResultSchema>;

export const validationResultSchema = z.object({
  filename: z.string(),
  name: z.string(),
  level: validationLevelSchema,
  verdict: verdictSchema,
  findings: z.array(findingSchema),
  durationMs: z.number().nonnegative(),
  /** Of a drill that restored it: from the first byte to the last comparison. */
  recoveryMs: z.number().nonnegative().optional(),
});
export type ValidationResult = z.infer<typeof validationResultSchema>;

/** Every event type that exists so far, with the shape of its data. One declaration; all else follows from it. */
export const eventSchemas = {
  'backup.requested': backupRequestSchema,
  'backup.cancel_requested': cancelRequest,
  'backup.started': z.object({ attempt, worker, estimatedBytes: z.number().optional() }),
  'backup.attempt_failed': z.object({ attempt, worker, error: failureSchema, retryInMs: z.number() }),
  'backup.completed': z.object({
    backup: backupSummarySchema,
    /** The level at which the validator is to look at it next, if at all. */
    validate: validationLevelSchema.optional(),
    /** The destinations that get copies; absent: all. */
    destinations: z.array(z.string().max(80)).optional(),
    /** The schedule whose occurrence it was. */
    schedule: z.string().optional(),
  }),
  'backup.failed': over,
  'backup.cancelled': cancelled,
  'backup.delete_requested': z.object({
    filename: z.string().max(255),
    /** Also when it is the last good one of its database. */
    force: z.boolean().optional(),
    by: actor,
  }),
  'backup.deleted': z.object({ filename: z.string(), name: z.string(), freedBytes: z.number(), by: actor }),
  'backup.delete_failed': over,
  /** A copy is a run of its own for each destination; `backup` is the run that made what is copied. */
  'backup.copy_requested': z.object({
    backup: runIdSchema,
    filename: z.string().max(255),
    destination,
    by: actor,
  }),
  'backup.copied': z.object({
    backup: runIdSchema,
    filename: z.string(),
    destination,
    /** What was sent: its ancestors too, where they were not there; 0 when nothing was missing. */
    sizeBytes: z.number().int().nonnegative(),
    durationMs: z.number().nonnegative(),
  }),
  'backup.copy_failed': over.extend({ destination }),
  'backup.copy_cancelled': cancelled.extend({ destination }),
  /** Somebody sent a file that we did not make; it is in the repository. Its subject is no run's: an id of its own. */
  'backup.upload_received': z.object({
    filename: z.string(),
    sizeBytes: z.number().int(),
    description: z.string(),
    by: actor,
  }),
  'restore.requested': restoreRequestSchema,
  'restore.cancel_requested': cancelRequest,
  'restore.undo_requested': z.object({ restore: runIdSchema.describe('The run to undo.'), by: actor }),
  'restore.started': z.object({ attempt, worker, filename: z.string() }),
  'restore.attempt_failed': z.object({ attempt, worker, error: failureSchema, retryInMs: z.number() }),
  'restore.completed': restoreResultSchema,
  'restore.failed': over,
  'restore.cancelled': cancelled,
  /** Beside `restore.failed`: what had been begun was taken back, the live database is as before. */
  'restore.rolled_back': z.object({ databaseName: z.string(), detail: z.string() }),
  'restore.undone': z.object({ restore: runIdSchema, databaseName: z.string(), detail: z.string() }),
  'validation.requested': z.object({
    filename: z.string().max(255),
    level: validationLevelSchema.default('structure'),
    by: actor.default('unknown'),
  }),
  'validation.started': z.object({ attempt, worker, filename: z.string(), level: validationLevelSchema }),
  'validation.attempt_failed': z.object({ attempt, worker, error: failureSchema, retryInMs: z.number() }),
  'validation.completed': validationResultSchema,
  'validation.failed': over,
  'validation.cancelled': cancelled,
  ...verificationEvents,
  ...retentionEvents,
  ...scheduleEvents,
  ...healthEvents,
  ...notificationEvents,
  ...auditEvents,
} as const satisfies Record<string, z.ZodType>;

export type EventType = keyof typeof eventSchemas;
export type EventData<T extends EventType> = z.output<(typeof eventSchemas)[T]>;
export const eventTypes = Object.keys(eventSchemas) as EventType[]; // Object.keys forgets the literal types

/** CloudEvents 1.0, JSON structured mode, with our extension attributes. Unknown attributes are kept and ignored. */
export const envelopeSchema = z.looseObject({
  specversion: z.literal('1.0'),
  id: z.string().min(1).max(200),
  type: z.string().min(1),
  source: z.string().min(1),
  /** The run's id. */
  subject: z.string().min(1),
  time: timestampSchema,
  datacontenttype: z.literal('application/json').default('application/json'),
  /** Our database id; absent where there is none. */
  database: databaseIdSchema.optional(),
  traceparent: z.string().optional(),
  /** The run that started it all. */
  correlationid: z.string().optional(),
  /** The event that caused this one. */
  causationid: z.string().optional(),
  data: z.unknown(),
});
export type Envelope = z.infer<typeof envelopeSchema>;

/** An event of a known type, its data checked. */
export type HoldfastEvent<T extends EventType = EventType> = {
  [K in T]: Omit<Envelope, 'type' | 'data'> & { readonly type: K; readonly data: EventData<K> };
}[T];

/** Subject on the bus: `<prefix><type>.<database or _>`. */
export function subjectOf(type: string, database: string | undefined, prefix = ''): string {
  return `${prefix === '' ? '' : `${prefix}.`}${type}.${database ?? '_'}`;
}

export function isEventType(type: string): type is EventType {
  return Object.hasOwn(eventSchemas, type);
}

/** Ephemeral, on core NATS at `progress.<run>`; never stored. */
export const progressSchema = z.object({
  run: runIdSchema,
  phase: z.enum([
    'preparing',
    'waiting-for-lock',
    'dumping',
    'validating',
    'safety-backup',
    'restoring',
    'comparing',
    'swapping',
    'committing',
    'copying',
  ]),
  rawBytes: z.number(),
  storedBytes: z.number(),
  estimatedBytes: z.number().optional(),
  bytesPerSecond: z.number(),
  detail: z.string().optional(),
  at: timestampSchema,
});
export type Progress = z.infer<typeof progressSchema>;
