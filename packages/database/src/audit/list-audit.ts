import { HoldfastError, type AuditEntry, type AuditRecord } from '@holdfast/contracts';
import type { HistoryDatabase } from '../connection/connect-database.ts';
import { readRecord } from './chain.ts';

export type AuditFilter = {
  readonly who?: string | undefined;
  readonly action?: string | undefined;
  readonly outcome?: AuditRecord['outcome'] | undefined;
  readonly target?: string | undefined;
  /** At or after, and before. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly limit: number;
  /** `nextCursor` of the page before. */
  readonly cursor?: string | undefined;
};

export type AuditPage = { readonly entries: AuditEntry[]; readonly nextCursor?: string };

/** One page, newest first. */
export async function listAudit(db: HistoryDatabase, filter: AuditFilter): Promise<AuditPage> {
  let query = db
    .selectFrom('audit')
    .select(['number', 'at', 'record', 'previous_hash', 'hash'])
    .orderBy('number', 'desc')
    .limit(filter.limit + 1);
  for (const column of ['who', 'action', 'outcome', 'target'] as const) {
    const wanted = filter[column];
    if (wanted !== undefined) query = query.where(column, '=', wanted);
  }
  if (filter.since !== undefined) query = query.where('at', '>=', filter.since);
  if (filter.until !== undefined) query = query.where('at', '<', filter.until);
  if (filter.cursor !== undefined) query = query.where('number', '<', Number(filter.cursor));
  const rows = await query.execute();
  const entries = rows.slice(0, filter.limit).map(({ number, at, record, previous_hash, hash }) => ({
    number,
    at,
    // Not from the columns: the text is what the chain vouches for.
    record: recordOf(number, record),
    previousHash: previous_hash,
    hash,
  }));
  const last = entries.at(-1);
  return { entries, ...(rows.length > filter.limit && last ? { nextCursor: String(last.number) } : {}) };
}

function recordOf(number: number, text: string): AuditRecord {
  const told = readRecord(text);
  if (told) return told.record;
  const message = `Audit record ${number} cannot be read: it was tampered with. Export the audit to see where the chain breaks.`;
  throw new HoldfastError('internal', message);
}
