import type { BackupSummary } from '@holdfast/contracts';
import { sql } from 'kysely';
import type { HistoryTransaction } from '../connection/connect-database.ts';

/** `sequence` 0: known from its manifest alone. */
export type BackupChange = { readonly backup: BackupSummary; readonly sequence: number };

/**
 * Adds a backup. What an event told replaces what a manifest told; otherwise what is there stays. Answers whether the row is
 * new. What follows from validations and removals is brought in by refreshBackups.
 */
export async function upsertBackup(tx: HistoryTransaction, change: BackupChange): Promise<boolean> {
  const { backup, sequence } = change;
  const row = {
    filename: backup.filename,
    alias: backup.alias ?? null,
    database: backup.database,
    database_name: backup.databaseName,
    type: backup.type,
    trigger: backup.trigger,
    description: backup.description,
    run: backup.run,
    attempt: backup.attempt,
    created_at: backup.createdAt,
    duration_ms: backup.durationMs,
    size_bytes: backup.sizeBytes,
    raw_bytes: backup.rawBytes,
    sha256: backup.sha256,
    compression: backup.compression,
    encrypted: backup.encrypted,
    server_version: backup.serverVersion,
    tables_count: backup.tablesCount,
    rows_count: backup.rowsCount,
    warnings: JSON.stringify(backup.warnings),
    first_sequence: sequence,
  };
  const inserted = await tx
    .insertInto('backups')
    .values({ name: backup.name, ...row })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .executeTakeFirst();
  if (inserted.numInsertedOrUpdatedRows === 1n) return true;
  if (sequence > 0) {
    await tx
      .updateTable('backups')
      .set(row)
      .where('name', '=', backup.name)
      .where(sql<boolean>`first_sequence = 0`)
      .execute();
  }
  return false;
}
