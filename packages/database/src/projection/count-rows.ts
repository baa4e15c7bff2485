import { sql } from 'kysely';
import type { HistoryDatabase } from '../connection/connect-database.ts';

export type RowCounts = { readonly backups: number; readonly runs: number; readonly validations: number };

/** How much there is; deleted backups included. */
export async function countRows(db: HistoryDatabase): Promise<RowCounts> {
  const count = async (table: keyof RowCounts): Promise<number> => {
    const row = await db
      .selectFrom(table)
      .select(sql<number>`count(*)`.as('count'))
      .executeTakeFirstOrThrow();
    return row.count;
  };
  return {
    backups: await count('backups'),
    runs: await count('runs'),
    validations: await count('validations'),
  };
}
