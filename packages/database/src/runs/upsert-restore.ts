import type { RestoreMode, RunId } from '@holdfast/contracts';
import { sql } from 'kysely';
import type { HistoryTransaction } from '../connection/connect-database.ts';

/** What one event says of a restore, beyond what its run says. What is not told stays as it was. */
export type RestoreChange = {
  readonly run: RunId;
  readonly sequence: number;
  readonly database?: string | undefined;
  readonly filename?: string | undefined;
  readonly mode?: RestoreMode | undefined;
  readonly databaseName?: string | undefined;
  readonly previousDatabaseName?: string | undefined;
  readonly keptUntil?: string | undefined;
  readonly safetyBackup?: string | undefined;
  readonly tablesCount?: number | undefined;
  readonly rowsCount?: number | undefined;
  readonly completedAt?: string | undefined;
  readonly rolledBack?: { readonly at: string; readonly detail: string } | undefined;
  readonly undone?: { readonly at: string; readonly by: RunId } | undefined;
};

/** Columns that only ever go from unknown to known. */
const FILLED = [
  'database',
  'filename',
  'mode',
  'database_name',
  'previous_database_name',
  'kept_until',
  'safety_backup',
  'tables_count',
  'rows_count',
  'completed_at',
  'rolled_back_at',
  'rolled_back_detail',
  'undone_at',
  'undone_by',
] as const;

/** Idempotent, and the order of the changes of one restore does not matter. */
export async function upsertRestore(tx: HistoryTransaction, change: RestoreChange): Promise<void> {
  await tx
    .insertInto('restores')
    .values({
      run: change.run,
      database: change.database ?? null,
      filename: change.filename ?? null,
      mode: change.mode ?? null,
      database_name: change.databaseName ?? null,
      previous_database_name: change.previousDatabaseName ?? null,
      kept_until: change.keptUntil ?? null,
      safety_backup: change.safetyBackup ?? null,
      tables_count: change.tablesCount ?? null,
      rows_count: change.rowsCount ?? null,
      completed_at: change.completedAt ?? null,
      rolled_back_at: change.rolledBack?.at ?? null,
      rolled_back_detail: change.rolledBack?.detail ?? null,
      undone_at: change.undone?.at ?? null,
      undone_by: change.undone?.by ?? null,
      first_sequence: change.sequence,
    })
    .onConflict((conflict) =>
      conflict.column('run').doUpdateSet({
        ...Object.fromEntries(
          FILLED.map((column) => [
            column,
            sql`coalesce(${sql.ref(`restores.${column}`)}, ${sql.ref(`excluded.${column}`)})`,
          ]),
        ),
        first_sequence: sql`least(restores.first_sequence, excluded.first_sequence)`,
      }),
    )
    .execute();
}
