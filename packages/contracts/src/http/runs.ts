import { z } from 'zod';
import { backupSummarySchema } from '../backup.ts';
import { failureSchema } from '../errors.ts';
import { envelopeSchema, eventSchemas, restoreResultSchema, validationResultSchema } from '../events.ts';
import { databaseIdSchema, runIdSchema } from '../ids.ts';
import { cleanupResultSchema } from '../retention.ts';
import { runKindSchema, runRecordSchema, runStateSchema } from '../run.ts';
import { declareRoutes } from './declaration.ts';

/** A run as the outside sees it: its record, and what came of it by its kind. */
export const runSchema = runRecordSchema
  .omit({ outcome: true })
  .extend({
    /** Kind `backup`, completed. */
    backup: backupSummarySchema.optional(),
    /** Kind `restore`, completed. */
    restore: restoreResultSchema.optional(),
    /** Kind `validation`, completed. */
    validation: validationResultSchema.optional(),
    /** Kind `removal`, completed. */
    removal: eventSchemas['backup.deleted'].optional(),
    /** Kind `undo`, completed. */
    undo: eventSchemas['restore.undone'].optional(),
    /** Kind `copy`, completed. */
    copy: eventSchemas['backup.copied'].optional(),
    /** Kind `cleanup`, completed. */
    cleanup: cleanupResultSchema.optional(),
    /** The run that validates this backup, when there is to be one. */
    validationRun: runIdSchema.optional(),
    error: failureSchema.optional(),
  })
  .meta({ id: 'Run' });
export type Run = z.infer<typeof runSchema>;

export const runParams = z.object({ run: runIdSchema });

/** 202: the run was accepted; `Location` is where to look at it. */
export const acceptedReply = {
  description: 'Accepted; `Location` names the run.',
  schema: runSchema,
} as const;

export const runRoutes = declareRoutes({
  listRuns: {
    method: 'GET',
    path: '/api/v1/runs',
    tag: 'runs',
    summary: 'Runs, newest first',
    permission: 'run:read',
    failureShape: 'problem',
    query: z.strictObject({
      kind: runKindSchema.optional(),
      state: runStateSchema.optional(),
      database: databaseIdSchema.optional(),
      limit: z.coerce.number().int().min(1).max(500).default(50),
      cursor: z.string().max(200).optional().describe('`nextCursor` of the page before.'),
    }),
    replies: {
      200: {
        description: 'One page.',
        schema: z.object({ runs: z.array(runSchema), nextCursor: z.string().optional() }),
      },
    },
    errors: ['bus_unavailable'],
  },
  getRun: {
    method: 'GET',
    path: '/api/v1/runs/:run',
    tag: 'runs',
    summary: 'One run and what came of it',
    permission: 'run:read',
    failureShape: 'problem',
    params: runParams,
    replies: { 200: { description: 'The run.', schema: runSchema } },
    errors: ['run_not_found', 'bus_unavailable'],
  },
  cancelRun: {
    method: 'POST',
    path: '/api/v1/runs/:run/cancel',
    tag: 'runs',
    summary: 'Ask for a run to stop',
    permission: 'run:cancel',
    failureShape: 'problem',
    params: runParams,
    body: z.strictObject({ reason: z.string().max(500).optional() }),
    replies: {
      202: { description: 'Asked; the run ends as soon as its worker sees it.', schema: runSchema },
    },
    errors: ['run_not_found', 'run_already_over', 'bus_unavailable'],
  },
  retryRun: {
    method: 'POST',
    path: '/api/v1/runs/:run/retry',
    tag: 'runs',
    summary: 'Ask again for what a failed or cancelled run was asked for; that makes a run of its own',
    permission: 'run:retry',
    failureShape: 'problem',
    params: runParams,
    makesRun: true,
    replies: { 202: acceptedReply },
    errors: [
      'run_not_found',
      'run_not_retryable',
      'forbidden',
      'backup_not_found',
      'database_unknown',
      'idempotency_mismatch',
      'bus_unavailable',
    ],
  },
  getRunLog: {
    method: 'GET',
    path: '/api/v1/runs/:run/log',
    tag: 'runs',
    summary: 'Everything that was told of a run, in order',
    permission: 'run:read',
    failureShape: 'problem',
    params: runParams,
    replies: {
      200: {
        description: 'The events whose subject it is, as the stream has them.',
        schema: z.object({
          events: z.array(z.object({ sequence: z.number().int(), event: envelopeSchema })),
          /** False: the stream no longer has the beginning. */
          isWhole: z.boolean(),
        }),
      },
    },
    errors: ['run_not_found', 'bus_unavailable'],
  },
  watchRunProgress: {
    method: 'GET',
    path: '/api/v1/runs/:run/progress',
    tag: 'runs',
    summary: 'Server-sent events: `run` on each change of state, `progress` on the way, the final `run` last',
    permission: 'run:read',
    failureShape: 'problem',
    params: runParams,
    replies: {
      200: {
        description: 'Events `run` (a Run) and `progress` (a Progress); a comment line as heartbeat.',
        contentType: 'text/event-stream',
      },
    },
    errors: ['run_not_found', 'bus_unavailable'],
  },
});
