/** What a dump must contain, measured in the dump's own snapshot; plain JSON, kept in manifests. */
export type Fingerprint = {
  /** 2 with `content` or `estimated`, which a reader of 1 would take for missing tables. */
  version: 1 | 2;
  /** `server_version_num` of the source, for example 150018. */
  serverVersion: number;
  /** Major of the pg_dump behind `schemaSha256`; hashes of different majors are not compared. */
  toolsMajor: number;
  /** Exact rows, key = `schema.table` quoted as PostgreSQL quotes; partitions one by one, materialized views too. */
  rows: Record<string, number>;
  schemaSha256: string;
  /** name → version */
  extensions: Record<string, string>;
  /** Roles that own objects or hold grants in the database. */
  roles: string[];
  largeObjects: number;
  /** Tables that were too large to count, with the server's own estimate; not in `rows`. */
  estimated?: Record<string, number> | undefined;
  content?: ContentHashes | undefined;
  /**
   * Those of `rows` that are materialized views. A dump holds no rows of theirs: a restore fills them anew, so a stale
   * one may rightly have other rows afterwards. Known only of a fingerprint just taken; manifests leave it out.
   */
  materializedViews?: string[];
};

/** Over the rows of each table, in any order. */
export type ContentHashes = {
  /** What the server's hash function makes of a fixed text: hashes with another probe are not compared. */
  probe: string;
  tables: Record<string, string>;
};

/** One comparison. `skipped`: could not be compared, for the reason in `detail`. */
export type ComparisonFinding = {
  readonly check: string;
  readonly outcome: 'ok' | 'failed' | 'skipped';
  readonly detail: string;
};
