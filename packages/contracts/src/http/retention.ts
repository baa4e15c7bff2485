import { z } from 'zod';
import { databaseIdSchema, timestampSchema } from '../ids.ts';
import {
  cleanupRequestSchema,
  DEFAULT_POLICY,
  pinSchema,
  retentionPlanSchema,
  retentionPolicySchema,
} from '../retention.ts';
import { filenameParams } from './backups.ts';
import { declareRoutes } from './declaration.ts';
import { acceptedReply } from './runs.ts';

/** A policy and where it comes from. */
export const policyViewSchema = z
  .object({
    /** A database's id, or `_default`. */
    database: z.string(),
    policy: retentionPolicySchema,
    source: z.enum(['stored', 'file', 'environment']),
    /** What `If-Match` takes; of stored ones alone. */
    version: z.string().optional(),
  })
  .meta({ id: 'PolicyView' });
export type PolicyView = z.infer<typeof policyViewSchema>;

const policyParams = z.object({ policy: databaseIdSchema.or(z.literal(DEFAULT_POLICY)) });
const pinned = z.object({ name: z.string(), pin: pinSchema.optional() });

export const retentionRoutes = declareRoutes({
  planRetention: {
    method: 'POST',
    path: '/api/v1/retention/plan',
    tag: 'retention',
    summary: 'What a clean-up would keep and remove, and why; nothing is done',
    permission: 'retention:read',
    failureShape: 'problem',
    body: z.strictObject({
      database: databaseIdSchema.optional(),
      /** Instead of the policies in force. */
      policy: retentionPolicySchema.optional(),
      maxAgeMs: z.number().int().positive().optional(),
    }),
    replies: {
      200: {
        description: 'A plan for each database.',
        schema: z.object({ plans: z.array(retentionPlanSchema) }),
      },
    },
    errors: ['policy_invalid', 'database_unknown', 'bus_unavailable'],
  },
  createCleanup: {
    method: 'POST',
    path: '/api/v1/retention/cleanups',
    tag: 'retention',
    summary: 'Remove what the policies do not keep',
    permission: 'retention:run',
    failureShape: 'problem',
    body: z.strictObject({
      ...cleanupRequestSchema.omit({ by: true }).shape,
      database: databaseIdSchema.optional(),
    }),
    makesRun: true,
    replies: { 202: acceptedReply },
    errors: ['database_unknown', 'idempotency_mismatch', 'bus_unavailable'],
  },
  listPolicies: {
    method: 'GET',
    path: '/api/v1/policies',
    tag: 'retention',
    summary: 'The retention policies in force',
    permission: 'retention:read',
    failureShape: 'problem',
    replies: { 200: { description: 'All.', schema: z.object({ policies: z.array(policyViewSchema) }) } },
    errors: ['bus_unavailable'],
  },
  putPolicy: {
    method: 'PUT',
    path: '/api/v1/policies/:policy',
    tag: 'retention',
    summary:
      'Store the policy of a database, or the default one; with If-Match only if nobody else changed it',
    permission: 'retention:write',
    failureShape: 'problem',
    params: policyParams,
    query: z.strictObject({ force: z.enum(['0', '1']).optional() }),
    body: retentionPolicySchema,
    replies: { 200: { description: 'Stored.', schema: policyViewSchema } },
    errors: ['policy_invalid', 'policy_too_strict', 'version_conflict', 'bus_unavailable'],
  },
  removePolicy: {
    method: 'DELETE',
    path: '/api/v1/policies/:policy',
    tag: 'retention',
    summary: 'Remove a stored policy; the file or the environment is in force again',
    permission: 'retention:write',
    failureShape: 'problem',
    params: policyParams,
    replies: { 200: { description: 'What is in force now.', schema: policyViewSchema } },
    errors: ['policy_not_found', 'bus_unavailable'],
  },
  pinBackup: {
    method: 'PUT',
    path: '/api/v1/backups/:filename/pin',
    tag: 'retention',
    summary: 'Keep a backup whatever the policies say',
    permission: 'retention:write',
    failureShape: 'problem',
    params: filenameParams,
    body: z.strictObject({ reason: z.string().max(500).default(''), until: timestampSchema.optional() }),
    replies: { 200: { description: 'Pinned.', schema: pinned } },
    errors: ['backup_not_found', 'path_refused', 'bus_unavailable'],
  },
  unpinBackup: {
    method: 'DELETE',
    path: '/api/v1/backups/:filename/pin',
    tag: 'retention',
    summary: 'Leave a backup to the policies again',
    permission: 'retention:write',
    failureShape: 'problem',
    params: filenameParams,
    replies: { 200: { description: 'Not pinned.', schema: pinned } },
    errors: ['backup_not_found', 'path_refused', 'bus_unavailable'],
  },
});
