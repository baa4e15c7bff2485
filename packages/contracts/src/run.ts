import { z } from 'zod';
import { envelopeSchema } from './events.ts';
import { databaseIdSchema, runIdSchema, timestampSchema } from './ids.ts';

export const runKindSchema = z.enum([
  'backup',
  'restore',
  'undo',
  'validation',
  'removal',
  'copy',
  'cleanup',
]);
export type RunKind = z.infer<typeof runKindSchema>;

export const runStateSchema = z.enum(['requested', 'running', 'completed', 'failed', 'cancelled']);
export type RunState = z.infer<typeof runStateSchema>;

/** The value of a key in bucket `runs`. Creating it claims the run; one compare-and-set makes it terminal. */
export const runRecordSchema = z.object({
  id: runIdSchema,
  kind: runKindSchema,
  database: databaseIdSchema.optional(),
  state: runStateSchema,
  /** Attempts begun so far; 0 while nobody has begun. */
  attempt: z.number().int().nonnegative(),
  /** Attempts that failed or whose worker died. A drained worker's attempt is none. */
  failures: z.number().int().nonnegative(),
  worker: z.string().optional(),
  /** What it reads: a restore's or a validation's backup. Retention leaves that alone while the run goes. */
  filename: z.string().max(255).optional(),
  /** While it is not begun though a worker has it: for what, in words. */
  waitingFor: z.string().optional(),
  /** Not begun before: the grace between a plan of retention and its carrying out, counted from the plan. */
  notBefore: timestampSchema.optional(),
  requestedAt: timestampSchema,
  startedAt: timestampSchema.optional(),
  endedAt: timestampSchema.optional(),
  correlation: runIdSchema.optional(),
  cancel: z.object({ by: z.string(), reason: z.string().optional() }).optional(),
  /** The terminal event, whole: what a redelivered request publishes again. Present exactly in terminal states. */
  outcome: envelopeSchema.optional(),
});
export type RunRecord = z.infer<typeof runRecordSchema>;

/** Key `turn.<gate>` of bucket `leases`: which of the runs that wait at a gate is next. It expires as leases do. */
export const turnSchema = z.object({ holder: runIdSchema, requestedAt: timestampSchema });
export type Turn = z.infer<typeof turnSchema>;

export function isTerminal(state: RunState): boolean {
  return state === 'completed' || state === 'failed' || state === 'cancelled';
}
