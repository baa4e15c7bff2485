import { z } from 'zod';
import { backupSummarySchema, foreignBackupSchema, validationLevelSchema } from '../backup.ts';
import { failureSchema, type ErrorCode } from '../errors.ts';
import { backupRequestSchema, verdictSchema } from '../events.ts';
import { backupTypeSchema, databaseIdSchema, timestampSchema } from '../ids.ts';
import { pinSchema } from '../retention.ts';
import { declareRoutes } from './declaration.ts';
import { acceptedReply, runSchema } from './runs.ts';

const lastValidation = z
  .object({ at: timestampSchema, level: validationLevelSchema.optional(), verdict: verdictSchema })
  .optional();

/** A backup with what is known of its worth. Fields are absent where nothing is known. */
export const backupSchema = backupSummarySchema
  .extend({
    lastValidation,
    /** When a drill last restored it in full and found it equal. */
    lastProvenAt: timestampSchema.optional(),
    /** Retention leaves it alone. */
    pin: pinSchema.optional(),
    /** The other destinations that have a copy; absent where there are no other destinations. */
    copies: z.array(z.string()).optional(),
  })
  .meta({ id: 'Backup' });
export type Backup = z.infer<typeof backupSchema>;

export const backupSortSchema = z
  .enum(['date', 'name', 'size'])
  .describe(
    'date: newest first; name; size: largest first. A cursor goes with the sort that it was told for.',
  );
export type BackupSort = z.infer<typeof backupSortSchema>;

/** A backup file that we did not make. Nothing says what must be in it, so it is never proven. */
export const foreignSchema = foreignBackupSchema.extend({ lastValidation }).meta({ id: 'ForeignBackup' });
export type Foreign = z.infer<typeof foreignSchema>;

/** A file name as a path parameter; whether it may be one is judged by the gateway (`path_refused`). */
export const filenameParams = z.object({
  filename: z.string().min(1).max(255).describe('File name, name or alias of a backup.'),
});

export const createBackupBody = z.strictObject({
  ...backupRequestSchema.omit({ by: true }).shape,
  database: databaseIdSchema.optional().describe('May be left out where there is only one.'),
});

export const downloadReplies = {
  200: { description: 'The whole file.', contentType: 'application/octet-stream' },
  206: { description: 'The range that was asked for.', contentType: 'application/octet-stream' },
} as const;

export const forceQuery = z
  .enum(['0', '1', 'true', 'false'])
  .optional()
  .describe('1 or true: also when it is the last good backup of its database. [false]');

/** What stands in the way of a deletion. */
export const deleting = [
  'backup_not_found',
  'path_refused',
  'backup_needed',
  'last_good_backup',
  'backup_pinned',
  'backup_in_use',
] as const satisfies readonly ErrorCode[];

export const backupRoutes = declareRoutes({
  createBackup: {
    method: 'POST',
    path: '/api/v1/backups',
    tag: 'backups',
    summary: 'Ask for a backup',
    permission: 'backup:create',
    failureShape: 'problem',
    body: createBackupBody,
    makesRun: true,
    replies: { 202: acceptedReply },
    errors: [
      'database_unknown',
      'database_ambiguous',
      'name_taken',
      'path_refused',
      'idempotency_mismatch',
      'bus_unavailable',
    ],
  },
  listBackups: {
    method: 'GET',
    path: '/api/v1/backups',
    tag: 'backups',
    summary: 'Backups in the repository',
    permission: 'backup:read',
    failureShape: 'problem',
    query: z.strictObject({
      database: databaseIdSchema.optional(),
      type: backupTypeSchema.optional(),
      sort: backupSortSchema.default('date'),
      limit: z.coerce.number().int().min(1).max(10_000).default(1_000),
      cursor: z.string().max(400).optional().describe('`nextCursor` of the page before.'),
    }),
    replies: {
      200: {
        description: 'From the manifests; validation facts from history.',
        schema: z.object({
          backups: z.array(backupSchema),
          /** Absent: this is the last page. */
          nextCursor: z.string().optional(),
          /** Files without a manifest that may be backups, newest first; absent: none. They count neither in `total` nor in `limit`. */
          foreign: z.array(foreignSchema).optional(),
          /** Manifests that cannot be read. */
          problems: z.array(z.object({ key: z.string(), error: failureSchema })),
          /** How many there are, on all pages. */
          total: z.number().int(),
          /** False while history cannot be asked: then validations of the last 90 days are known, from the bus. */
          historyAvailable: z.boolean(),
        }),
      },
    },
    errors: ['storage_missing', 'storage_failed'],
  },
  getBackup: {
    method: 'GET',
    path: '/api/v1/backups/:filename',
    tag: 'backups',
    summary: 'One backup, or a file that may be one; that has `origin`: `foreign`',
    permission: 'backup:read',
    failureShape: 'problem',
    params: filenameParams,
    replies: { 200: { description: 'The backup.', schema: backupSchema.or(foreignSchema) } },
    errors: ['backup_not_found', 'path_refused', 'manifest_invalid', 'storage_missing'],
  },
  deleteBackup: {
    method: 'DELETE',
    path: '/api/v1/backups/:filename',
    tag: 'backups',
    summary: 'Delete a backup',
    permission: 'backup:delete',
    failureShape: 'problem',
    params: filenameParams,
    query: z.strictObject({ wait: z.enum(['0', '1']).optional(), force: forceQuery }),
    waits: true,
    replies: { 200: { description: 'Deleted.', schema: runSchema }, 202: acceptedReply },
    errors: [...deleting, 'bus_unavailable', 'storage_read_only'],
  },
  downloadBackup: {
    method: 'GET',
    path: '/api/v1/backups/:filename/data',
    tag: 'backups',
    summary: "The backup's bytes; one range may be asked for, HEAD works",
    permission: 'backup:download',
    failureShape: 'problem',
    params: filenameParams,
    replies: downloadReplies,
    errors: ['backup_not_found', 'path_refused', 'range_not_satisfiable', 'data_missing', 'manifest_invalid'],
  },
});
