import { databaseIdSchema, failureSchema, severitySchema, timestampSchema } from '@holdfast/contracts';
import { z } from 'zod';

/** How a route sees what happened: `progress` and `info` are told where a route asks for them. */
export const outcomeSchema = z.enum(['success', 'failure', 'warning', 'progress', 'info']);
export type Outcome = z.infer<typeof outcomeSchema>;

/** What is to be told, whatever the channel: facts, no layout. Kept with its delivery until it is sent. */
export const payloadSchema = z.object({
  /** The event's type; `absence`, `recovery`, `reminder`, `bus`, `test` for what no event says. */
  about: z.string(),
  title: z.string(),
  severity: severitySchema,
  outcome: outcomeSchema,
  at: timestampSchema,
  database: databaseIdSchema.optional(),
  run: z.string().optional(),
  schedule: z.string().optional(),
  filename: z.string().optional(),
  /** full, differential, incremental. */
  type: z.string().optional(),
  sizeBytes: z.number().optional(),
  durationMs: z.number().optional(),
  /** Against the last ones of the same kind. */
  change: z.string().optional(),
  details: z.array(z.object({ label: z.string(), value: z.string() })).default([]),
  error: failureSchema.optional(),
  /** What to do. */
  advice: z.string().optional(),
  link: z.string().optional(),
  /** The problem that it opens, goes on with or ends: the same for all that is told of it. */
  problem: z.string().optional(),
  resolves: z.boolean().default(false),
  /** The channel that it is about: whoever cannot be reached is not told so. */
  notTo: z.string().optional(),
});
export type Payload = z.infer<typeof payloadSchema>;
