import type { HistoryDatabase } from '../connection/connect-database.ts';
import type { ChainLink } from './chain.ts';

/** The next links behind a number, in their order. */
export async function readChain(
  db: HistoryDatabase,
  after: number,
  limit: number,
): Promise<readonly ChainLink[]> {
  const rows = await db
    .selectFrom('audit')
    .selectAll()
    .where('number', '>', after)
    .orderBy('number')
    .limit(limit)
    .execute();
  return rows.map(({ number, at, action, who, outcome, target, record, previous_hash, hash }) => ({
    number,
    at,
    action,
    who,
    outcome,
    target,
    record,
    previousHash: previous_hash,
    hash,
  }));
}
