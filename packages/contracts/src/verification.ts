import { z } from 'zod';
import { validationLevelSchema } from './backup.ts';
import { databaseIdSchema, timestampSchema } from './ids.ts';

/** The value of a backup's name in bucket `verification`: what was last found out about it. Written by validators alone. */
export const verificationSchema = z.object({
  database: databaseIdSchema,
  filename: z.string(),
  lastValidation: z
    .object({
      at: timestampSchema,
      level: validationLevelSchema,
      verdict: z.enum(['valid', 'proven', 'invalid', 'inconclusive']),
    })
    .optional(),
  /** When every byte was last read and hashed. */
  verifiedAt: timestampSchema.optional(),
  provenAt: timestampSchema.optional(),
  /** The last proof, though a later look took it back. */
  lastProofAt: timestampSchema.optional(),
  /** How long the drill took from its first byte to the last comparison: the real recovery time. */
  recoveryMs: z.number().nonnegative().optional(),
});
export type Verification = z.infer<typeof verificationSchema>;

/** One measure that is far from what is usual for the database. */
export const anomalySchema = z.object({
  measure: z.enum(['size', 'raw-size', 'duration', 'rows', 'tables', 'compression-ratio']),
  /** The table, for rows. */
  subject: z.string().optional(),
  value: z.number(),
  usual: z.number(),
});
export type Anomaly = z.infer<typeof anomalySchema>;

/** Subject: the backup's run. */
export const verificationEvents = {
  /** A warning, not a failure: ransomware and a lost table look like that. */
  'backup.anomalous': z.object({
    name: z.string(),
    filename: z.string(),
    anomalies: z.array(anomalySchema).min(1),
    message: z.string(),
  }),
  /** A damaged or lost object was replaced by a good copy from another destination. */
  'backup.repaired': z.object({
    name: z.string(),
    filename: z.string(),
    from: z.string(),
    to: z.string(),
    by: z.string(),
  }),
} as const;
