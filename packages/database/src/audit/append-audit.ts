import type { AuditRecord } from '@holdfast/contracts';
import type { HistoryTransaction } from '../connection/connect-database.ts';
import { GENESIS, hashAfter, recordText, type ChainPoint } from './chain.ts';

/** An audit event. */
export type AuditChange = { readonly eventId: string; readonly at: string; readonly record: AuditRecord };

/**
 * Appends to the chain, in the order given, what is not in it yet. Under lockPosition: two at once would make two ends. A
 * rebuild brings the same events again, and they are known by their ids; so the chain is what it was.
 */
export async function appendAudit(tx: HistoryTransaction, changes: readonly AuditChange[]): Promise<void> {
  const fresh = await unknownOf(tx, changes);
  if (fresh.length === 0) return;
  let end = await endOf(tx);
  const rows = fresh.map(({ eventId, at, record }) => {
    const told = wellFormed(record);
    const text = recordText(eventId, at, told);
    const previous = end;
    end = { number: previous.number + 1, hash: hashAfter(previous.hash, text) };
    const { action, who, outcome, target = null } = told;
    return {
      number: end.number,
      event_id: eventId,
      at,
      action,
      who,
      outcome,
      target,
      record: text,
      previous_hash: previous.hash,
      hash: end.hash,
    };
  });
  await tx.insertInto('audit').values(rows).execute();
}

async function unknownOf(
  tx: HistoryTransaction,
  changes: readonly AuditChange[],
): Promise<readonly AuditChange[]> {
  const once = new Map(changes.map((change) => [change.eventId, change]));
  if (once.size === 0) return [];
  const known = await tx
    .selectFrom('audit')
    .select('event_id')
    .where('event_id', 'in', [...once.keys()])
    .execute();
  for (const { event_id } of known) once.delete(event_id);
  return [...once.values()];
}

async function endOf(tx: HistoryTransaction): Promise<ChainPoint> {
  const last = await tx
    .selectFrom('audit')
    .select(['number', 'hash'])
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  return last ?? { number: 0, hash: GENESIS };
}

/** Half a character would be stored as another one in the columns, and look like tampering for ever. */
const wellFormed = (record: AuditRecord): AuditRecord =>
  JSON.parse(JSON.stringify(record), (_key, each: unknown) =>
    typeof each === 'string' ? each.toWellFormed() : each,
  ) as AuditRecord; // the same shape, other characters
