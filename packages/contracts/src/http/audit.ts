import { z } from 'zod';
import { auditRecordSchema } from '../audit.ts';
import { timestampSchema } from '../ids.ts';
import { declareRoutes } from './declaration.ts';

/** A link of the chain: `hash` is sha256 of the hash before it, a newline and `record`. */
export const auditEntrySchema = z
  .object({
    number: z.number().int().positive(),
    at: timestampSchema,
    record: auditRecordSchema,
    previousHash: z.string(),
    hash: z.string(),
  })
  .meta({ id: 'AuditEntry' });
export type AuditEntry = z.infer<typeof auditEntrySchema>;

const filters = {
  who: z.string().max(200).optional(),
  action: z.string().max(80).optional(),
  outcome: auditRecordSchema.shape.outcome.optional(),
  target: z.string().max(255).optional(),
  since: timestampSchema.optional(),
  until: timestampSchema.optional(),
};

export const auditRoutes = declareRoutes({
  listAudit: {
    method: 'GET',
    path: '/api/v1/audit',
    tag: 'access',
    summary: 'Who did what, newest first',
    permission: 'audit:read',
    failureShape: 'problem',
    query: z.strictObject({
      ...filters,
      limit: z.coerce.number().int().min(1).max(500).default(50),
      cursor: z
        .string()
        .regex(/^\d{1,15}$/)
        .optional()
        .describe('`nextCursor` of the page before.'),
    }),
    replies: {
      200: {
        description: 'One page.',
        schema: z.object({ entries: z.array(auditEntrySchema), nextCursor: z.string().optional() }),
      },
    },
    errors: ['history_unavailable'],
  },
  exportAudit: {
    method: 'GET',
    path: '/api/v1/audit/export',
    tag: 'access',
    summary: 'The whole chain, oldest first, verified on the way',
    permission: 'audit:read',
    failureShape: 'problem',
    replies: {
      200: {
        description:
          'JSON lines: one `AuditEntry` each, its `record` the text that was hashed; the last line says `{"verified":true,"entries":…,"head":…}`, or where the chain breaks.',
        contentType: 'application/x-ndjson',
      },
    },
    errors: ['history_unavailable'],
  },
});
