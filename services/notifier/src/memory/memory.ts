import { backupTypeSchema, scheduleSchema, severitySchema, timestampSchema } from '@holdfast/contracts';
import { z } from 'zod';

const toldSchema = z.object({
  schedule: z.string(),
  database: z.string().optional(),
  action: z.enum(['backup', 'drill']),
  /** The first occurrence that is missing. */
  dueAt: timestampSchema,
  openedAt: timestampSchema,
  reminders: z.number().int().nonnegative(),
  lastToldAt: timestampSchema,
  title: z.string(),
  severity: severitySchema,
});
export type ToldAbsence = z.infer<typeof toldSchema>;

/**
 * What a notifier knows by itself, in a file of its own: what is expected, what succeeded, and what it told of absence. With
 * the bus gone this is all there is. Everything else about it can be read from the stream again.
 */
export const memorySchema = z.object({
  version: z.literal(1),
  /** The last event of the stream that is in here. */
  position: z.number().int().nonnegative(),
  schedules: z.record(z.string(), scheduleSchema),
  /** Database → when it was last seen, in ms. */
  databases: z.record(z.string(), z.number()),
  /** Kind, database, type and schedule → when the newest such success began, in ms. */
  successes: z.record(z.string(), z.number()),
  /** Database → its last backups, newest last. */
  earlier: z.record(
    z.string(),
    z.array(
      z.object({
        run: z.string(),
        type: backupTypeSchema,
        createdAt: timestampSchema,
        sizeBytes: z.number(),
        durationMs: z.number(),
      }),
    ),
  ),
  /** Run → the schedule that fired it; the last ones. */
  fired: z.record(z.string(), z.string()),
  /** Schedule → its present occurrence: which runs are over, and how. */
  occurrences: z.record(
    z.string(),
    z.object({ dueAt: timestampSchema, runs: z.record(z.string(), z.enum(['going', 'done', 'failed'])) }),
  ),
  absences: z.record(z.string(), toldSchema),
  /** What was told of a bus that is away. */
  busAway: z
    .object({ sinceMs: z.number(), toldAt: timestampSchema, id: z.string(), outage: z.number().default(0) })
    .optional(),
  /** The number of the next outage of the bus, the same for all replicas [0]. */
  outage: z.number().optional(),
});
export type Memory = z.infer<typeof memorySchema>;

export const emptyMemory: Memory = {
  version: 1,
  position: 0,
  schedules: {},
  databases: {},
  successes: {},
  earlier: {},
  fired: {},
  occurrences: {},
  absences: {},
};
