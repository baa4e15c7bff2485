import { z } from 'zod';
import { backupTypeSchema, databaseIdSchema, runIdSchema, timestampSchema } from './ids.ts';
import { fingerprintSchema } from './fingerprint.ts';

export const compressionSchema = z.enum(['zstd', 'gzip', 'none']);
export type Compression = z.infer<typeof compressionSchema>;

/** `checksum`: every byte read and hashed. `structure`: decoded and parsed to its end. `restore`: the drill. */
export const validationLevelSchema = z.enum(['checksum', 'structure', 'restore']);
export type ValidationLevel = z.infer<typeof validationLevelSchema>;

const names = z.array(z.string().min(1).max(400)).max(1_000);

/**
 * A part of a database. A backup takes pg_dump's patterns (`sales.*`), a restore exact names (`schema.table`); schemas or
 * tables, not both.
 */
export const selectionSchema = z.object({
  schemas: names.optional(),
  tables: names.optional(),
  /** Of these the definition alone. */
  excludeTableData: names.optional(),
});
export type Selection = z.infer<typeof selectionSchema>;

const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * One backup as the outside sees it: in `backup.completed`, in the read model and over HTTP.
 * `filename` is the data object's own file name; `name` has neither attempt nor ending.
 */
export const backupSummarySchema = z.object({
  name: z.string(),
  filename: z.string(),
  /** A file name that a client chose; accepted wherever `filename` is. */
  alias: z.string().optional(),
  database: databaseIdSchema,
  databaseName: z.string(),
  /** What it is; the name has what was asked for, which became a full where there was nothing to build on. */
  type: backupTypeSchema,
  /** The backup that it builds on, by its name; absent for a full. */
  parent: z.string().optional(),
  /** Why it was made: manual, automatic, safety, migration, … */
  trigger: z.string(),
  description: z.string(),
  run: runIdSchema,
  attempt: z.number().int().positive(),
  createdAt: timestampSchema,
  durationMs: z.number().nonnegative(),
  sizeBytes: z.number().int().nonnegative(),
  rawBytes: z.number().int().nonnegative(),
  sha256: sha256Schema,
  compression: compressionSchema,
  encrypted: z.boolean(),
  /** Present when it holds only a part of the database; it is then never restored over the whole. */
  selection: selectionSchema.optional(),
  serverVersion: z.number().int(),
  tablesCount: z.number().int().nonnegative(),
  rowsCount: z.number().int().nonnegative(),
  warnings: z.array(z.string()),
});
export type BackupSummary = z.infer<typeof backupSummarySchema>;

/** A file in the repository that we did not make: without a manifest, only what its name and its place say is known. */
export const foreignBackupSchema = z.object({
  /** What tells it from a backup of ours. */
  origin: z.literal('foreign'),
  /** Where it lies in the repository: at its root, or in a database's folder. */
  key: z.string(),
  filename: z.string(),
  /** By its name: plain SQL, or pg_dump's custom format. Whoever reads it looks at the content. */
  kind: z.enum(['plain', 'custom']),
  compression: compressionSchema,
  /** Absent where neither its folder nor its name says so. */
  database: databaseIdSchema.optional(),
  /** Given when it was uploaded, else empty. */
  description: z.string(),
  /** What its name says (as UTC), else when it was written. */
  createdAt: timestampSchema,
  sizeBytes: z.number().int().nonnegative(),
  /** Of what was uploaded; absent for a file that was put there otherwise. */
  sha256: sha256Schema.optional(),
});
export type ForeignBackup = z.infer<typeof foreignBackupSchema>;

/** Whether what was found is not ours. */
export const isForeign = <T extends object>(found: T): found is Extract<T, ForeignBackup> =>
  'origin' in found;

/** An object beside the manifest, by its key in the repository. */
const objectSchema = z.object({ key: z.string(), sizeBytes: z.number().int(), sha256: sha256Schema });

/**
 * `<database>/<name>.manifest.json`: the commit of a backup. Storage is the truth, so this alone with the objects it
 * names is enough to list, validate and restore.
 */
export const manifestSchema = z.object({
  manifestVersion: z.literal(1),
  backup: backupSummarySchema,
  /** `format`: pg_dump's own (`custom` when streamed with -Fc). */
  data: objectSchema.extend({ format: z.enum(['custom', 'tar', 'plain']), rawSha256: sha256Schema }),
  /** The backups that it builds on, nearest first, down to a full. Their run is their archive's id. */
  ancestors: z.array(z.object({ name: z.string(), run: runIdSchema })).default([]),
  /** Roles and grants of the server (`pg_dumpall --globals-only`), when the account could read them. */
  globals: objectSchema.optional(),
  /** Over the public keys that it is encrypted to, sorted and one a line: tells whether they are the wanted ones, not who. */
  recipientsSha256: sha256Schema.optional(),
  /** The sealed ids of its chunks, for a writer that cannot read it. Restoring needs them not. */
  ids: objectSchema.optional(),
  /** The destinations that get copies; absent: all. */
  destinations: z.array(z.string()).optional(),
  /** What a database must be made with to take the content. */
  source: z.object({
    encoding: z.string(),
    collate: z.string(),
    ctype: z.string(),
    /** Of the server's cluster: a drill is not made on the server that the backup is from. Absent: not known. */
    systemIdentifier: z.string().optional(),
  }),
  fingerprint: fingerprintSchema,
  madeBy: z.object({ release: z.string(), worker: z.string(), pgDump: z.string() }),
});
export type Manifest = z.infer<typeof manifestSchema>;
