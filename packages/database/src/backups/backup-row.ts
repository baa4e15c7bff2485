import type { Backup } from '@holdfast/contracts';
import type { Selectable } from 'kysely';
import type { BackupsTable } from '../connection/tables.ts';

/** A backup with its worth; a deleted one is kept, with the time. */
export type HistoryBackup = Backup & { readonly deletedAt?: string };

export function toBackup(row: Selectable<BackupsTable>): HistoryBackup {
  return {
    name: row.name,
    filename: row.filename,
    ...(row.alias === null ? {} : { alias: row.alias }),
    database: row.database,
    databaseName: row.database_name,
    type: row.type,
    trigger: row.trigger,
    description: row.description,
    run: row.run,
    attempt: row.attempt,
    createdAt: row.created_at,
    durationMs: row.duration_ms,
    sizeBytes: row.size_bytes,
    rawBytes: row.raw_bytes,
    sha256: row.sha256,
    compression: row.compression,
    encrypted: row.encrypted,
    serverVersion: row.server_version,
    tablesCount: row.tables_count,
    rowsCount: row.rows_count,
    warnings: [...row.warnings],
    ...lastValidation(row),
    ...(row.last_proven_at === null ? {} : { lastProvenAt: row.last_proven_at }),
    ...(row.deleted_at === null ? {} : { deletedAt: row.deleted_at }),
  };
}

function lastValidation(row: Selectable<BackupsTable>): Pick<Backup, 'lastValidation'> {
  const { last_validated_at: at, last_verdict: verdict, last_validation_level: level } = row;
  if (at === null || verdict === null) return {};
  return { lastValidation: { at, verdict, ...(level === null ? {} : { level }) } };
}
