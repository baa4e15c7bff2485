import { sql } from 'kysely';
import type { HistoryTransaction } from '../connection/connect-database.ts';

/** The audit is not among them: its rows stay for ever, and an event that comes again is known by its id. */
const PROJECTED = ['runs', 'restores', 'backups', 'validations', 'happenings'] as const;

/**
 * Deletes every row that the events from `firstSequence` on will make anew, and puts the position before them. Rows that only
 * older events or manifests told of stay. Under lockPosition. Answers how many rows went.
 */
export async function forgetFrom(
  tx: HistoryTransaction,
  stream: string,
  firstSequence: number,
): Promise<number> {
  let deleted = 0n;
  for (const table of PROJECTED) {
    const result = await tx
      .deleteFrom(table)
      .where('first_sequence', '>=', Math.max(1, firstSequence))
      .executeTakeFirst();
    deleted += result.numDeletedRows;
  }
  await tx
    .updateTable('projection')
    .set({
      position: Math.max(0, firstSequence - 1),
      event_id: null,
      epoch: sql`epoch + 1`,
      rebuilt_at: sql`now()`,
    })
    .where('stream', '=', stream)
    .execute();
  return Number(deleted);
}

/**
 * The stream was made anew and counts from 1 again: what the old one told stays, as nothing can tell it again, and the
 * position goes before the new one's first event. Under lockPosition.
 */
export async function followNewStream(
  tx: HistoryTransaction,
  stream: string,
  firstSequence: number,
): Promise<void> {
  for (const table of PROJECTED) {
    await tx.updateTable(table).set({ first_sequence: 0 }).where('first_sequence', '>', 0).execute();
  }
  await tx
    .updateTable('projection')
    .set({ position: Math.max(0, firstSequence - 1), event_id: null, epoch: sql`epoch + 1` })
    .where('stream', '=', stream)
    .execute();
}
