import { severitySchema } from '@holdfast/contracts';
import { z } from 'zod';
import { outcomeSchema } from '../payload/payload.ts';

/** Short and plain: it is part of delivery ids and of keys on the bus. */
const channelId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'lower-case letters, digits and -, at most 40');
const headers = z.record(z.string(), z.string()).default({});
const patterns = z.array(z.string().min(1).max(200)).min(1);

const slack = z.strictObject({
  kind: z.literal('slack'),
  url: z.string().optional(),
  /** A file with the URL, as that is a secret. */
  urlFile: z.string().optional(),
});
const webhook = z.strictObject({
  kind: z.literal('webhook'),
  url: z.string().optional(),
  urlFile: z.string().optional(),
  secrets: z.array(z.string()).default([]),
  secretsFile: z.string().optional(),
  headers,
});
const email = z.strictObject({
  kind: z.literal('email'),
  to: z.array(z.string().min(3)).min(1).max(50),
  /** [SMTP_URL] */
  smtpUrl: z.string().optional(),
  smtpUrlFile: z.string().optional(),
  /** [SMTP_FROM] */
  from: z.string().optional(),
});

export const routesFileSchema = z.strictObject({
  /** Beside `slack`, `webhook` and `email` of the environment. */
  channels: z.record(channelId, z.discriminatedUnion('kind', [slack, webhook, email])).default({}),
  /** In place of the default ones. */
  routes: z
    .array(
      z.strictObject({
        id: channelId,
        channels: z.array(channelId).min(1),
        types: patterns.optional(),
        outcomes: z.array(outcomeSchema).min(1).optional(),
        /** Failures and warnings alone, whatever `outcomes` says. */
        onlyFailures: z.boolean().default(false),
        severity: severitySchema.optional(),
        databases: patterns.optional(),
        recoveries: z.boolean().default(true),
        reminders: z.boolean().default(true),
      }),
    )
    .optional(),
});
export type RoutesFile = z.output<typeof routesFileSchema>;
