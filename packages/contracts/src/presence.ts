import { z } from 'zod';
import { databaseIdSchema, timestampSchema } from './ids.ts';

/** What a process has to live on. */
export const resourcesSchema = z.object({
  /** `<host>-<pid>`: services may share one. */
  process: z.string(),
  rssBytes: z.number(),
  /** What it may use: its container's limit, else the machine's memory. */
  memoryBytes: z.number(),
  /** What is left of that. */
  freeMemoryBytes: z.number(),
  /** How late its event loop is at the 99th percentile, in the best part of the last minute: bursts do not count. */
  loopLagMs: z.number(),
});
export type Resources = z.infer<typeof resourcesSchema>;

/** The value of `<service>.<instance>` in bucket `presence`. */
export const presenceSchema = z.object({
  service: z.string(),
  instance: z.string(),
  startedAt: timestampSchema,
  /** Its release; absent: one that did not tell yet. */
  release: z.string().optional(),
  /** Workers alone: what they can back up, by id and PostgreSQL's name. */
  databases: z.array(z.object({ id: databaseIdSchema, name: z.string() })).default([]),
  roles: z.array(z.string()).default([]),
  resources: resourcesSchema.optional(),
});
export type Presence = z.infer<typeof presenceSchema>;

/** The value of a database's id in bucket `databases`: it outlives the presence of its workers. */
export const knownDatabaseSchema = z.object({ name: z.string(), lastSeenAt: timestampSchema });
export type KnownDatabase = z.infer<typeof knownDatabaseSchema>;
