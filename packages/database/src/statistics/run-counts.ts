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
export function runCounts(db: HistoryDatabase): Promise<readonly RunCount[]> {
  return db
    .selectFrom('runs')
    .where('ended_at', 'is not', null)
    .groupBy(['kind', 'database', 'outcome'])
    .select([
      'kind',
      sql<string>`coalesce(database, '')`.as('database'),
      sql<RunCount['outcome']>`case when succeeded then 'succeeded' when state = 'cancelled' then 'cancelled'
        else 'failed' end`.as('outcome'),
      sql<number>`count(*)`.as('count'),
    ])
    .orderBy('kind')
    .execute();
}
