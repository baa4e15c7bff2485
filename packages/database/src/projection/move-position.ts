import type { HistoryTransaction } from '../connection/connect-database.ts';

/** In the transaction that brought in the rows, under lockPosition. */
export async function movePosition(
  tx: HistoryTransaction,
  stream: string,
  to: { readonly position: number; readonly eventId: string | undefined },
): Promise<void> {
  await tx
    .updateTable('projection')
    .set({ position: to.position, event_id: to.eventId ?? null })
    .where('stream', '=', stream)
    .execute();
}
