import { z } from 'zod';
import { timestampSchema } from './ids.ts';

export const severitySchema = z.enum(['info', 'warning', 'critical']);
export type Severity = z.infer<typeof severitySchema>;

export const overallSchema = z.enum(['healthy', 'warning', 'critical']);
export type Overall = z.infer<typeof overallSchema>;

/** One thing that is wrong. `check` is stable (`storage.space`, `backup.age`, …), `subject` what it is about. */
export const healthProblemSchema = z.object({
  check: z.string(),
  /** A database, a service, a destination; absent: the system. */
  subject: z.string().optional(),
  severity: z.enum(['warning', 'critical']),
  /** One sentence: what is wrong and what to do. */
  message: z.string(),
});
export type HealthProblem = z.infer<typeof healthProblemSchema>;

/** Key CURRENT_HEALTH of bucket `health`: what was last told, so that only changes are told. */
export const healthStateSchema = z.object({
  overall: overallSchema,
  since: timestampSchema,
  at: timestampSchema,
  problems: z.array(healthProblemSchema),
  /** Everything that was looked at, also what is well. */
  checks: z
    .array(
      z.object({
        check: z.string(),
        subject: z.string().optional(),
        outcome: z.enum(['ok', 'warning', 'critical']),
        detail: z.string(),
      }),
    )
    .optional(),
  /** The destinations, the primary one first; what is absent nobody knows. */
  storage: z
    .array(
      z.object({
        destination: z.string(),
        freeBytes: z.number().optional(),
        usedBytes: z.number().optional(),
        usedPercent: z.number().optional(),
        daysUntilFull: z.number().optional(),
      }),
    )
    .optional(),
});
export type HealthState = z.infer<typeof healthStateSchema>;
export const CURRENT_HEALTH = 'current';

/** Subject: `health`, the destination or the service's instance. */
export const healthEvents = {
  'health.changed': z.object({
    overall: overallSchema,
    previous: overallSchema,
    problems: z.array(healthProblemSchema),
    /** Problems of before that are gone. */
    resolved: z.array(healthProblemSchema),
  }),
  'health.storage.warning': z.object({
    destination: z.string(),
    severity: z.enum(['warning', 'critical']),
    usedPercent: z.number().optional(),
    freeBytes: z.number().optional(),
    daysUntilFull: z.number().optional(),
    message: z.string(),
  }),
  'health.service.lost': z.object({ service: z.string(), instance: z.string(), lastSeenAt: timestampSchema }),
} as const;
