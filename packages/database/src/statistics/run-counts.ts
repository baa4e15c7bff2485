import type { RunKind } from '@holdfast/contracts';
import { sql } from 'kysely';
import type { HistoryDatabase } from '../connection/connect-database.ts';

export type RunCount = {
  readonly kind: RunKind;
  /** Empty for a run that is of no database. */
  readonly database: string;
  readonly outcome: 'succeeded' | 'failed' | 'cancelled';
  readonly count: number;
};

/** How many runs ended how, of each kind and database. Rows, not events, are counted: a rebuild counts nothing twice. */
export async function runCounts(db: HistoryDatabase): Promise<readonly RunCount[]> {
  // By position: the table has a column `outcome` too, of another meaning.
  const { rows } = await sql<RunCount>`
    select kind, coalesce(database, '') as database,
      case when succeeded then 'succeeded' when state = 'cancelled' then 'cancelled' else 'failed' end as outcome,
      count(*) as count
    from holdfast.runs where ended_at is not null
    group by 1, 2, 3 order by 1, 2, 3`.execute(db);
  return rows;
}
