import { z } from 'zod';
import { failureSchema } from './errors.ts';
import { databaseIdSchema, timestampSchema } from './ids.ts';

const count = z.number().int().min(0).max(100_000);

/**
 * What is kept. Limits say what goes, keep rules what stays; as soon as one keep rule is there, `maxAgeMs` and
 * `maxCount` are not looked at. The protections beat both.
 */
export const retentionPolicySchema = z
  .strictObject({
    // limits
    maxAgeMs: z.number().int().positive().optional(),
    maxCount: z.number().int().positive().optional(),
    maxTotalBytes: z.number().int().positive().optional(),
    // keep rules
    keepLast: count.optional(),
    keepWithinMs: z.number().int().positive().optional(),
    keepHourly: count.optional(),
    keepDaily: count.optional(),
    keepWeekly: count.optional(),
    keepMonthly: count.optional(),
    keepYearly: count.optional(),
    /** IANA zone in which hours, days, weeks, months and years begin. */
    timezone: z.string().min(1).max(64).default('UTC'),
    /** So many good backups stay whatever the other rules say. */
    minimumRedundancy: z.number().int().min(0).max(1_000).default(1),
  })
  .meta({ id: 'RetentionPolicy' });
export type RetentionPolicy = z.infer<typeof retentionPolicySchema>;

/** The value in bucket `policies`; the key is a database's id, or DEFAULT_POLICY for those without one of their own. */
export const storedPolicySchema = z.object({
  policy: retentionPolicySchema,
  updatedAt: timestampSchema,
  updatedBy: z.string(),
});
export const DEFAULT_POLICY = '_default';

/** The value of a backup's name in bucket `pins`. */
export const pinSchema = z.object({
  reason: z.string().max(500),
  /** Absent: until it is unpinned. */
  until: timestampSchema.optional(),
  by: z.string(),
  at: timestampSchema,
});
export type Pin = z.infer<typeof pinSchema>;

export const keepRuleSchema = z.enum([
  'newest-good',
  'newest-proven',
  'newest-full',
  'parent',
  'pinned',
  'in-use',
  'safety-grace',
  'minimum-redundancy',
  'keep-last',
  'keep-within',
  'hourly',
  'daily',
  'weekly',
  'monthly',
  'yearly',
  'within-limits',
]);
export type KeepRule = z.infer<typeof keepRuleSchema>;

const planned = {
  name: z.string(),
  filename: z.string(),
  createdAt: timestampSchema,
  sizeBytes: z.number().int().nonnegative(),
};

/** What a policy makes of the backups of one database at one place: each is kept or removed, with every reason. */
export const retentionPlanSchema = z
  .object({
    database: z.string(),
    /** Id of the destination; absent: the primary one. */
    destination: z.string().optional(),
    at: timestampSchema,
    policy: retentionPolicySchema,
    keep: z.array(
      z.object({
        ...planned,
        reasons: z.array(z.object({ rule: keepRuleSchema, detail: z.string() })).min(1),
      }),
    ),
    /** Oldest first. */
    remove: z.array(z.object({ ...planned, because: z.string() })),
    freesBytes: z.number().nonnegative(),
    /** Limits that cannot be met, as what is beyond them is protected. */
    unmet: z.array(z.string()),
  })
  .meta({ id: 'RetentionPlan' });
export type RetentionPlan = z.infer<typeof retentionPlanSchema>;

export const cleanupRequestSchema = z.object({
  /** Beside the policy: nothing older than this stays unprotected. */
  maxAgeMs: z.number().int().positive().optional(),
  /** Carry out a plan that keeps protected backups alone. */
  force: z.boolean().default(false),
  by: z.string().default('unknown'),
});
export type CleanupRequest = z.infer<typeof cleanupRequestSchema>;

export const cleanupResultSchema = z.object({
  removed: z.array(z.object({ name: z.string(), filename: z.string(), sizeBytes: z.number() })),
  freedBytes: z.number().nonnegative(),
  kept: z.number().int().nonnegative(),
  /** What could not be removed; it stays in the catalogue and is tried again next time. */
  failures: z.array(z.object({ name: z.string(), error: failureSchema })),
  /** What nobody knows in the repository: reported, removed after its grace. */
  orphans: z
    .object({ found: z.number().int(), removed: z.number().int(), freedBytes: z.number() })
    .optional(),
});
export type CleanupResult = z.infer<typeof cleanupResultSchema>;

/**
 * The value in bucket `catalogue`, written by retention alone. Key: the destination's id (`_`: the primary place) and the
 * backup's name; for a file that we did not make `foreign/` and a hash of its key.
 */
export const catalogueEntrySchema = z.object({
  name: z.string(),
  filename: z.string(),
  /** Absent for a file that says of no database. */
  database: databaseIdSchema.optional(),
  /** What it builds on, nearest first. */
  ancestors: z.array(z.string()),
  sizeBytes: z.number(),
  /** Of its data as it was told last; absent: never noted. */
  sha256: z.string().optional(),
  seenAt: timestampSchema,
  /** Since it is not there any more; told once. */
  missingSince: timestampSchema.optional(),
  /** Written before a removal begins: whoever finds it finishes the removal and tells of it. */
  removing: z.object({ run: z.string(), by: z.string(), at: timestampSchema }).optional(),
});
export type CatalogueEntry = z.infer<typeof catalogueEntrySchema>;

/** Subject: the clean-up's run; for pins and what reconciliation finds an id derived from the backup's name. */
export const retentionEvents = {
  'retention.cleanup.requested': cleanupRequestSchema,
  /** One for each database with something to remove. Lists are cut at 1,000 names; the counts are whole. */
  'retention.cleanup.planned': retentionPlanSchema.extend({
    keepCount: z.number().int(),
    removeCount: z.number().int(),
  }),
  'retention.cleanup.completed': cleanupResultSchema,
  'retention.cleanup.failed': z.object({ attempts: z.number().int().nonnegative(), error: failureSchema }),
  'backup.pinned': z.object({ name: z.string(), pin: pinSchema, by: z.string() }),
  'backup.unpinned': z.object({ name: z.string(), by: z.string() }),
  /** A file that may be a backup and that we did not make. */
  'backup.discovered': z.object({ filename: z.string(), key: z.string(), sizeBytes: z.number().int() }),
  /** It was in the catalogue and is no longer at the place, and nobody removed it through us. */
  'backup.missing': z.object({
    name: z.string(),
    filename: z.string(),
    destination: z.string().optional(),
    /** Backups that cannot be restored without it, by name. */
    breaks: z.array(z.string()),
  }),
  /** Its keys were wrapped anew for other recipients: it holds what it held, in another file. */
  'backup.rewrapped': z.object({
    name: z.string(),
    /** As it is now, like what follows. */
    filename: z.string(),
    /** Of its data. */
    sizeBytes: z.number().int().nonnegative(),
    sha256: z.string(),
  }),
} as const;
