import type { HistoryDatabase, HistoryTransaction } from '../connection/connect-database.ts';

/** How far a stream is in the rows. */
export type Position = {
  readonly position: number;
  /** Id of the event at `position`, when there was one and it is known. */
  readonly eventId: string | undefined;
  readonly epoch: number;
};

const COLUMNS = ['position', 'event_id', 'epoch'] as const;

/** Without the lock: another may be about to move it. Undefined: nothing was ever projected. */
export async function readPosition(db: HistoryDatabase, stream: string): Promise<Position | undefined> {
  const row = await db
    .selectFrom('projection')
    .select(COLUMNS)
    .where('stream', '=', stream)
    .executeTakeFirst();
  return row && { position: row.position, eventId: row.event_id ?? undefined, epoch: row.epoch };
}

/** Makes the row if it is not there, and holds it until the transaction ends: one projects, the others wait. */
export async function lockPosition(tx: HistoryTransaction, stream: string): Promise<Position> {
  await tx
    .insertInto('projection')
    .values({ stream, position: 0, event_id: null })
    .onConflict((conflict) => conflict.column('stream').doNothing())
    .execute();
  const row = await tx
    .selectFrom('projection')
    .select(COLUMNS)
    .where('stream', '=', stream)
    .forUpdate()
    .executeTakeFirstOrThrow();
  return { position: row.position, eventId: row.event_id ?? undefined, epoch: row.epoch };
}
