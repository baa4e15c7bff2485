import { sql } from 'kysely';
import type { HistoryDatabase } from '../connection/connect-database.ts';

/** One thing that was done, as the history route of existing clients tells it. */
export type Activity = {
  readonly timestamp: string;
  readonly operation: 'backup' | 'restore' | 'validation' | 'cleanup' | 'copy';
  readonly filename: string;
  readonly success: boolean;
  readonly durationMs: number;
  readonly sizeBytes: number;
  readonly description: string;
  readonly error?: string;
};

export type ActivityPage = { readonly rows: readonly Activity[]; readonly total: number };

/** What ended, newest first; `total` is how many there are in all. */
export async function listActivity(
  db: HistoryDatabase,
  page: { readonly limit: number; readonly offset: number },
): Promise<ActivityPage> {
  // One snapshot for both: a run that ends in between must not make them contradict each other.
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (tx) => {
      const { total } = await tx
        .selectFrom('activity')
        .select(sql<number>`count(*)`.as('total'))
        .executeTakeFirstOrThrow();
      const rows = await tx
        .selectFrom('activity')
        .selectAll()
        .orderBy('at', 'desc')
        .orderBy('run', 'desc')
        .limit(page.limit)
        .offset(page.offset)
        .execute();
      return {
        total,
        rows: rows.map(
          ({ at, duration_ms, size_bytes, error, operation, filename, success, description }) => ({
            timestamp: at,
            operation,
            filename,
            success,
            durationMs: duration_ms,
            sizeBytes: size_bytes,
            description,
            ...(error === null ? {} : { error }),
          }),
        ),
      };
    });
}
