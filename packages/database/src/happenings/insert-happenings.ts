import type { EventType, Severity } from '@holdfast/contracts';
import type { HistoryTransaction } from '../connection/connect-database.ts';

export type HappeningChange = {
  readonly eventId: string;
  readonly type: EventType;
  readonly subject: string;
  readonly database: string | undefined;
  readonly at: string;
  readonly severity: Severity;
  /** One sentence. */
  readonly summary: string;
  readonly data: unknown;
  readonly sequence: number;
};

/** In one statement, as many come at once. An event that comes twice counts once. */
export async function insertHappenings(
  tx: HistoryTransaction,
  changes: readonly HappeningChange[],
): Promise<void> {
  if (changes.length === 0) return;
  await tx
    .insertInto('happenings')
    .values(
      changes.map(({ eventId, type, subject, database, at, severity, summary, data, sequence }) => ({
        event_id: eventId,
        type,
        subject,
        database: database ?? null,
        at,
        severity,
        summary,
        data: JSON.stringify(data),
        first_sequence: sequence,
      })),
    )
    .onConflict((conflict) => conflict.column('event_id').doNothing())
    .execute();
}
