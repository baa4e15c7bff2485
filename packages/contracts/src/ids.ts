import { z } from 'zod';

/** Our own id of a database: `[a-z0-9_-]+`, not PostgreSQL's name. `_` alone stands for "no database" on the bus. */
export const databaseIdSchema = z
  .string()
  .regex(/^[a-z0-9_-]{1,63}$/, 'lower-case letters, digits, - and _ only, at most 63')
  .refine((id) => id !== '_', '"_" stands for no database');
export type DatabaseId = z.infer<typeof databaseIdSchema>;

/** A run's id: a UUID, version 7 for what people ask for, version 8 where it is derived (an occurrence, a safety backup). */
export const runIdSchema = z.uuid();
export type RunId = z.infer<typeof runIdSchema>;

export const backupTypeSchema = z.enum(['full', 'differential', 'incremental']);
export type BackupType = z.infer<typeof backupTypeSchema>;

/** RFC 3339 in UTC. */
export const timestampSchema = z.iso.datetime({ offset: true });
