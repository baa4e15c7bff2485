import { z } from 'zod';
import { validationLevelSchema } from '../backup.ts';
import { databaseIdSchema, runIdSchema, timestampSchema } from '../ids.ts';
import { scheduleIdSchema } from '../schedule.ts';

// Shapes that existing clients know: snake_case, Go-style durations. What is marked as added is ours and optional to them.

/** `Prefer: respond-async` as a query parameter. */
export const waitQuery = z.object({ wait: z.enum(['0', '1']).optional() });

const database = databaseIdSchema.optional().describe('Added. May be left out where there is only one.');
const goDuration = z.string().describe('Go-style: 1m3.5s');
const duration_ms = z.number().describe('Added.');

export const legacyCreateBody = z.object({
  filename: z.string().max(200).optional().describe('A name of your own; accepted wherever a file name is.'),
  description: z.string().max(1_000).optional(),
  database,
});

export const enhancedCreateBody = z.object({
  description: z.string().max(1_000).optional(),
  type: z
    .string()
    .max(60)
    .optional()
    .describe('full, incremental or differential; any other word says why it is made: manual, migration, …'),
  database,
  validate: z
    .union([z.boolean(), validationLevelSchema])
    .optional()
    .describe('Added. true is structure, false none; default: BACKUP_VALIDATE_AFTER_BACKUP.'),
  compress: z.boolean().optional().describe('Added. Default: BACKUP_COMPRESSION_ENABLED.'),
});

export const legacyRestoreBody = z.object({
  filename: z.string().min(1).max(255),
  trust_file: z
    .stringbool()
    .or(z.boolean())
    .optional()
    .describe('Added. Give a file that has no manifest all rights of the connection. [false]'),
});

/** As `multipart/form-data`, in either order. */
export const legacyUploadForm = z.object({
  file: z.file().describe('Plain SQL or a dump of pg_dump --format=custom, also compressed by gzip or zstd.'),
  description: z.string().max(1_000).optional(),
});

export const enhancedRestoreBody = legacyRestoreBody.extend({
  database: databaseIdSchema.optional().describe("Added. Default: the backup's own."),
  safety_backup: z.boolean().optional().describe('Added. [true]'),
});

export const legacyBackupSchema = z
  .object({
    filename: z.string(),
    description: z.string(),
    size: z.number().int().describe('Bytes.'),
    created_at: timestampSchema,
    download_url: z.string(),
    database: z.string().optional().describe('Added. Absent where it is not known.'),
    stored_as: z
      .string()
      .describe("Added. The file's own name, where `filename` is one that a client chose."),
  })
  .meta({ id: 'CompatibleBackup' });

export const enhancedBackupSchema = z
  .object({
    success: z.boolean(),
    filename: z.string(),
    size: z.number().int(),
    duration: goDuration,
    compressed: z.boolean(),
    encrypted: z.boolean(),
    validated: z.boolean(),
    checksum: z.string().describe('SHA-256 of the file.'),
    warnings: z.array(z.string()).optional(),
    download_url: z.string(),
    duration_ms,
    run: runIdSchema.describe('Added.'),
  })
  .meta({ id: 'EnhancedBackup' });

export const enhancedRestoreSchema = z
  .object({
    success: z.boolean(),
    duration: goDuration,
    tables_count: z.number().int(),
    records_count: z.number().int(),
    warnings: z.array(z.string()).optional(),
    duration_ms,
    safety_backup: z.string().optional().describe('Added.'),
    run: runIdSchema.describe('Added.'),
  })
  .meta({ id: 'EnhancedRestore' });

export const enhancedValidationSchema = z
  .object({
    filename: z.string(),
    valid: z.boolean(),
    file_exists: z.boolean(),
    readable_file: z.boolean(),
    valid_structure: z.boolean(),
    checksum_match: z.boolean(),
    size: z.number().int(),
    last_modified: timestampSchema,
    issues: z.array(z.string()).optional(),
    warnings: z.array(z.string()).optional(),
    level: validationLevelSchema.describe('Added.'),
    proven: z.boolean().describe('Added. A drill restored it and found it equal.'),
    run: runIdSchema.describe('Added.'),
  })
  .meta({ id: 'EnhancedValidation' });

const activitySchema = z.object({
  timestamp: timestampSchema,
  action: z.enum(['backup', 'restore', 'cleanup', 'validation']),
  filename: z.string().optional(),
  status: z.enum(['success', 'failure', 'warning']),
  duration: goDuration.optional(),
  size: z.number().int().optional(),
  description: z.string().optional(),
});

export const enhancedStatusSchema = z
  .object({
    enabled: z.boolean(),
    auto_backup: z.boolean(),
    last_backup: timestampSchema.optional(),
    next_backup: timestampSchema.optional(),
    total_backups: z.number().int(),
    total_size: z.number().int(),
    oldest_backup: timestampSchema.optional(),
    last_proven: timestampSchema.optional().describe('Added. When a drill last proved a backup.'),
    health: z.object({
      overall: z.enum(['healthy', 'warning', 'critical']),
      issues: z.array(z.string()).optional(),
      last_check: timestampSchema,
    }),
    recent_activity: z.array(activitySchema),
    configuration: z.object({
      retention_days: z.number().int(),
      max_backup_count: z.number().int(),
      compress_backups: z.boolean(),
      encrypt_backups: z.boolean(),
      validate_backups: z.boolean(),
      storage_type: z.string(),
    }),
  })
  .meta({ id: 'EnhancedStatus' });

export const enhancedHistorySchema = z
  .object({
    history: z.array(
      z.object({
        timestamp: timestampSchema,
        operation: z.string(),
        filename: z.string(),
        success: z.boolean(),
        duration: goDuration,
        duration_ms,
        size: z.number().int(),
        description: z.string(),
        error: z.string().optional(),
      }),
    ),
    total: z.number().int(),
  })
  .meta({ id: 'EnhancedHistory' });

/** 202 on these routes: the run that was accepted. */
export const acceptedRunSchema = z
  .object({ run: runIdSchema, state: z.string(), location: z.string() })
  .meta({ id: 'AcceptedRun' });

export const enhancedScheduleBody = z.object({
  id: scheduleIdSchema,
  schedule: z.string().min(1).max(200).describe('Cron, or a duration such as `24h`.'),
  description: z.string().max(1_000).default(''),
  backup_type: z
    .string()
    .max(60)
    .optional()
    .describe('full, incremental or differential; anything else is a label.'),
  database: z.string().max(63).optional().describe('Added. [all]'),
  timezone: z.string().max(64).optional().describe('Added. [UTC]'),
});

export const enhancedScheduleSchema = z
  .object({
    id: scheduleIdSchema,
    description: z.string(),
    schedule: z.string(),
    last_run: timestampSchema.optional(),
    next_run: timestampSchema.optional(),
    enabled: z.boolean(),
    backup_type: z.string().describe('Added.'),
    database: z.string().describe('Added.'),
    timezone: z.string().describe('Added.'),
  })
  .meta({ id: 'EnhancedSchedule' });

export const enhancedCleanupBody = z.object({
  max_age: z.string().max(40).describe('A duration such as `720h` or `30d`.'),
  dry_run: z.stringbool().or(z.boolean()).default(false).describe('Added.'),
});

export const enhancedCleanupSchema = z
  .object({
    removed: z.array(z.object({ filename: z.string(), size: z.number().int(), reason: z.string() })),
    kept: z.array(z.object({ filename: z.string(), reasons: z.array(z.string()) })),
    freed: z.number().int(),
    dry_run: z.boolean(),
    run: runIdSchema.optional().describe('Added. Absent for a dry run.'),
  })
  .meta({ id: 'EnhancedCleanup' });
