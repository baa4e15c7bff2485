import { timestampSchema } from '@holdfast/contracts';
import { z } from 'zod';

export const storageLevelSchema = z.enum(['ok', 'warning', 'critical']);
export type StorageLevel = z.infer<typeof storageLevelSchema>;

const backup = z.object({ filename: z.string(), at: timestampSchema });

/** What the events said of one database. */
export const databaseMemorySchema = z.object({
  /** Backups that no validation found invalid and nobody deleted, the newest first. */
  good: z.array(backup).default([]),
  proven: backup.optional(),
  firstGoodAt: timestampSchema.optional(),
  /** How the last backups ended, the newest first. Cancelled ones tell nothing. */
  recent: z.array(z.enum(['completed', 'failed'])).default([]),
});
export type DatabaseMemory = z.infer<typeof databaseMemorySchema>;

/** Key `memory` of bucket `health`: what the watch knew at its last look, whoever looked. */
export const memorySchema = z.object({
  /** Events up to this sequence are in `databases`. */
  position: z.number().int().nonnegative(),
  databases: z.record(z.string(), databaseMemorySchema),
  /** `<service>.<instance>` of the processes that were there. */
  present: z.record(z.string(), timestampSchema),
  /** Services of which no process is there, and since when. */
  missing: z.record(z.string(), timestampSchema),
});
export type Memory = z.infer<typeof memorySchema>;
export const MEMORY = 'memory';
export const noMemory: Memory = { position: 0, databases: {}, present: {}, missing: {} };

/** Key `storage.<destination>` of bucket `health`. */
export const storageMemorySchema = z.object({
  /** Oldest first. */
  samples: z.array(z.object({ at: timestampSchema, usedBytes: z.number() })),
  /** What was last warned of. */
  level: storageLevelSchema,
});
export type StorageMemory = z.infer<typeof storageMemorySchema>;
export const storageKey = (destination: string): string => `storage.${destination}`;
