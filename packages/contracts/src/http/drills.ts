import { z } from 'zod';
import { databaseIdSchema, timestampSchema } from '../ids.ts';
import { verdictSchema } from '../events.ts';
import { declareRoutes } from './declaration.ts';
import { acceptedReply } from './runs.ts';

/** What drills found out about one database. A drill restores a backup in full and compares it with what was backed up. */
export const drillSchema = z
  .object({
    database: databaseIdSchema,
    /** The newest drill, whatever came of it. */
    last: z.object({ filename: z.string(), at: timestampSchema, verdict: verdictSchema }).optional(),
    /** The newest proof. */
    proven: z
      .object({
        filename: z.string(),
        at: timestampSchema,
        /** From the first byte to the last comparison: the real recovery time. */
        recoveryMs: z.number().nonnegative().optional(),
      })
      .optional(),
  })
  .meta({ id: 'Drill' });
export type DrillView = z.infer<typeof drillSchema>;

export const drillRoutes = declareRoutes({
  listDrills: {
    method: 'GET',
    path: '/api/v1/drills',
    tag: 'validations',
    summary: 'When each database was last restored for a proof, and what came of it',
    permission: 'backup:read',
    failureShape: 'problem',
    replies: {
      200: {
        description: 'Databases with a backup that validators have looked at, by id.',
        schema: z.object({ drills: z.array(drillSchema) }),
      },
    },
    errors: ['bus_unavailable'],
  },
  createDrill: {
    method: 'POST',
    path: '/api/v1/drills',
    tag: 'validations',
    summary: "Ask for a drill of a database's newest backup",
    permission: 'backup:validate',
    failureShape: 'problem',
    body: z.strictObject({
      database: databaseIdSchema.optional().describe('May be left out where there is only one.'),
    }),
    makesRun: true,
    replies: { 202: acceptedReply },
    errors: [
      'backup_not_found',
      'database_unknown',
      'database_ambiguous',
      'idempotency_mismatch',
      'bus_unavailable',
    ],
  },
});
