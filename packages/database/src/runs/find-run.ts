import { runIdSchema, type RunRecord } from '@holdfast/contracts';
import type { HistoryDatabase } from '../connection/connect-database.ts';
import { runColumns, toRunRecord } from './run-row.ts';

/** Undefined: never heard of. What is no run id is no run. */
export async function findRun(db: HistoryDatabase, run: string): Promise<RunRecord | undefined> {
  if (!runIdSchema.safeParse(run).success) return undefined;
  const row = await db.selectFrom('runs').select(runColumns).where('id', '=', run).executeTakeFirst();
  return row && toRunRecord(row);
}
