import { z } from 'zod';
import { databaseIdSchema, timestampSchema } from './ids.ts';

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
});
export type Presence = z.infer<typeof presenceSchema>;

/** The value of a database's id in bucket `databases`: it outlives the presence of its workers. */
export const knownDatabaseSchema = z.object({ name: z.string(), lastSeenAt: timestampSchema });
export type KnownDatabase = z.infer<typeof knownDatabaseSchema>;
