import { sql } from 'kysely';
import type { HistoryTransaction } from '../connection/connect-database.ts';

/**
 * Works out anew, from validations and removals, what backups carry of them: so it does not matter which of the three was
 * heard of first, nor how often. `names` undefined: all. Idempotent.
 */
export async function refreshBackups(tx: HistoryTransaction, names?: readonly string[]): Promise<void> {
  if (names?.length === 0) return;
  await sql`
    update holdfast.backups b
    set deleted_at = (
          select min(r.ended_at) from holdfast.runs r
          where r.removed_backup = b.name and r.state = 'completed'),
        (last_validated_at, last_validation_level, last_verdict) = (
          select v.at, v.level, v.verdict from holdfast.validations v
          where v.backup = b.name order by v.at desc, v.run desc limit 1),
        last_proven_at = (
          select max(v.at) from holdfast.validations v
          where v.backup = b.name and v.verdict = 'proven')
    where ${names === undefined ? sql`true` : sql`b.name = any(${names})`}`.execute(tx);
}
