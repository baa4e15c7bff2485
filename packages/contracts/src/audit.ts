import { z } from 'zod';

/** Subject: the request's id. Append-only; history chains the records by hash in stream order. */
export const auditEvents = {
  'audit.recorded': z.object({
    /** The route's operation id. */
    action: z.string(),
    who: z.string(),
    /** How they proved it: `token:<id>`, `jwt:<subject>`, `none`. */
    credential: z.string(),
    address: z.string(),
    outcome: z.enum(['asked', 'done', 'refused', 'failed']),
    status: z.number().int().optional(),
    requestId: z.string(),
    /** What it was about: a file name, a schedule, a token's id. */
    target: z.string().optional(),
    before: z.unknown().optional(),
    after: z.unknown().optional(),
  }),
} as const;
