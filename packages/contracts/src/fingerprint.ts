import { z } from 'zod';

/** What a dump must contain, measured in the dump's own snapshot. Compared after a drill and after a restore. */
export const fingerprintSchema = z.object({
  /** 1: every row counted and nothing else; written wherever that is all. 2: with `content` or `estimated`. */
  version: z.union([z.literal(1), z.literal(2)]),
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
  /** Tables too large to count, which are not in `rows`: PostgreSQL's own estimate, never compared. */
  estimated: z.record(z.string(), z.number().nonnegative()).optional(),
  /** A hash over each table's rows in any order. Compared only between servers of one major with the same `probe`. */
  content: z
    .object({
      /** What the server's hash function makes of a fixed text: it may differ between machines. */
      probe: z.string(),
      tables: z.record(z.string(), z.string()),
    })
    .optional(),
});
export type Fingerprint = z.infer<typeof fingerprintSchema>;
