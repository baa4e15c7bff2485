import { z } from 'zod';
import { restoreRequestSchema } from '../events.ts';
import { databaseIdSchema } from '../ids.ts';
import { declareRoutes } from './declaration.ts';
import { acceptedReply, runParams } from './runs.ts';

export const createRestoreBody = z.strictObject({
  ...restoreRequestSchema.omit({ by: true }).shape,
  database: databaseIdSchema.optional().describe("Where to; default: the backup's own database."),
});

export const restoreRoutes = declareRoutes({
  createRestore: {
    method: 'POST',
    path: '/api/v1/restores',
    tag: 'restores',
    summary: 'Ask for a restore',
    permission: 'backup:restore',
    failureShape: 'problem',
    body: createRestoreBody,
    makesRun: true,
    replies: { 202: acceptedReply },
    errors: [
      'backup_not_found',
      'path_refused',
      'manifest_invalid',
      'database_unknown',
      'idempotency_mismatch',
      'bus_unavailable',
    ],
  },
  undoRestore: {
    method: 'POST',
    path: '/api/v1/restores/:run/undo',
    tag: 'restores',
    summary: 'Bring back what a swap restore replaced',
    permission: 'backup:restore',
    failureShape: 'problem',
    params: runParams,
    makesRun: true,
    replies: { 202: acceptedReply },
    errors: ['run_not_found', 'undo_unavailable', 'idempotency_mismatch', 'bus_unavailable'],
  },
});
