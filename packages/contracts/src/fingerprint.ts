import { z } from 'zod';

/** What a dump must contain, measured in the dump's own snapshot. Compared after a drill and after a restore. */
export const fingerprintSchema = z.object({
  version: z.literal(1),
  /** `server_version_num` of the source, for example 150018. */
  serverVersion: z.number().int(),
  /** Major of the pg_dump that made `schemaSha256`; hashes of different majors are not compared. */
  toolsMajor: z.number().int(),
  /** Exact rows, key = `schema.table` quoted as PostgreSQL quotes; partitions one by one, materialized views too. */
  rows: z.record(z.string(), z.number().int().nonnegative()),
  schemaSha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** name → version */
  extensions: z.record(z.string(), z.string()),
  /** Roles that own objects or hold grants in the database. */
  roles: z.array(z.string()),
  largeObjects: z.number().int().nonnegative(),
});
export type Fingerprint = z.infer<typeof fingerprintSchema>;
