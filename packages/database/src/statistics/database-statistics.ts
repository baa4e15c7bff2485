import { sql } from 'kysely';
import type { HistoryDatabase } from '../connection/connect-database.ts';

export type DatabaseStatistics = {
  readonly database: string;
  readonly databaseName: string;
  /** Not deleted. */
  readonly backups: number;
  readonly sizeBytes: number;
  /** What they hold unpacked. */
  readonly rawBytes: number;
  readonly lastBackup?: {
    readonly filename: string;
    readonly createdAt: string;
    readonly sizeBytes: number;
    readonly durationMs: number;
  };
  /** When a drill last restored a backup of it in full, and which. A deleted one counts: it was proven. */
  readonly lastProven?: { readonly filename: string; readonly at: string };
  /** The newest backup run, when it failed. */
  readonly lastFailure?: { readonly at: string; readonly code: string; readonly message: string };
};

type Row = {
  readonly database: string;
  readonly database_name: string;
  readonly backups: number;
  readonly size_bytes: number;
  readonly raw_bytes: number;
  readonly last_filename: string | null;
  readonly last_at: string | null;
  readonly last_size: number | null;
  readonly last_duration: number | null;
  readonly proven_filename: string | null;
  readonly proven_at: string | null;
  readonly failed_at: string | null;
  readonly error_code: string | null;
  readonly error_message: string | null;
};

/** Every database of which a backup or a backup run is known, by its id. */
export async function databaseStatistics(db: HistoryDatabase): Promise<readonly DatabaseStatistics[]> {
  const { rows } = await sql<Row>`
    select known.database, coalesce(newest.database_name, known.database) as database_name,
      present.backups, present.size_bytes, present.raw_bytes,
      last.filename as last_filename, last.created_at as last_at, last.size_bytes as last_size,
      last.duration_ms as last_duration,
      proven.filename as proven_filename, proven.last_proven_at as proven_at,
      failed.ended_at as failed_at, failed.error_code, failed.error_message
    from (
      select database from holdfast.backups
      union
      select database from holdfast.runs where kind = 'backup' and database is not null
    ) known
    cross join lateral (
      select count(*) as backups, coalesce(sum(b.size_bytes), 0)::bigint as size_bytes,
        coalesce(sum(b.raw_bytes), 0)::bigint as raw_bytes
      from holdfast.backups b where b.database = known.database and b.deleted_at is null
    ) present
    left join lateral (
      select b.database_name from holdfast.backups b where b.database = known.database
      order by b.created_at desc limit 1
    ) newest on true
    left join lateral (
      select b.filename, b.created_at, b.size_bytes, b.duration_ms from holdfast.backups b
      where b.database = known.database and b.deleted_at is null
      order by b.created_at desc, b.name desc limit 1
    ) last on true
    left join lateral (
      select b.filename, b.last_proven_at from holdfast.backups b
      where b.database = known.database and b.last_proven_at is not null
      order by b.last_proven_at desc, b.name desc limit 1
    ) proven on true
    left join lateral (
      select r.ended_at, r.error_code, r.error_message, r.state from holdfast.runs r
      where r.database = known.database and r.kind = 'backup' and r.ended_at is not null
      order by r.ended_at desc, r.id desc limit 1
    ) failed on failed.state = 'failed'
    order by known.database`.execute(db);
  return rows.map(toStatistics);
}

const toStatistics = (row: Row): DatabaseStatistics => ({
  database: row.database,
  databaseName: row.database_name,
  backups: row.backups,
  sizeBytes: row.size_bytes,
  rawBytes: row.raw_bytes,
  ...(row.last_filename === null || row.last_at === null || row.last_size === null
    ? {}
    : {
        lastBackup: {
          filename: row.last_filename,
          createdAt: row.last_at,
          sizeBytes: row.last_size,
          durationMs: row.last_duration ?? 0,
        },
      }),
  ...(row.proven_filename === null || row.proven_at === null
    ? {}
    : { lastProven: { filename: row.proven_filename, at: row.proven_at } }),
  ...(row.failed_at === null
    ? {}
    : {
        lastFailure: {
          at: row.failed_at,
          code: row.error_code ?? 'internal',
          message: row.error_message ?? 'It does not say why.',
        },
      }),
});
