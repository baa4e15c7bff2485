import { z } from 'zod';

/** What is told of one call. Records of one request share its id; a change has two, before and after it. */
export const auditRecordSchema = z
  .object({
    /** The route's operation id. */
    action: z.string(),
    who: z.string(),
    /** How they proved it: `token:<id>`, `jwt:<subject>`, `none`. */
    credential: z.string(),
    address: z.string(),
    /** `asked`: allowed, and about to be done. `refused`: not allowed, or not possible as asked. */
    outcome: z.enum(['asked', 'done', 'refused', 'failed']),
    status: z.number().int().optional(),
    requestId: z.string(),
    /** What it was about: a file name, a schedule, a token's id. */
    target: z.string().optional(),
    /** The input as it was checked, parameters and body. */
    request: z.unknown().optional(),
    before: z.unknown().optional(),
    after: z.unknown().optional(),
    /** Refusals that came before this one and were only counted, as they were too many. */
    suppressed: z.number().int().positive().optional(),
  })
  .meta({ id: 'AuditRecord' });
export type AuditRecord = z.infer<typeof auditRecordSchema>;

/** Subject: the request's id. Append-only; history chains the records by hash in stream order. */
export const auditEvents = { 'audit.recorded': auditRecordSchema } as const;
