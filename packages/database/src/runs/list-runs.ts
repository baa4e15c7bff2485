import { runIdSchema, type RunKind, type RunRecord, type RunState } from '@holdfast/contracts';
import { sql } from 'kysely';
import type { HistoryDatabase } from '../connection/connect-database.ts';
import { runColumns, toRunRecord } from './run-row.ts';

export type RunsFilter = {
  readonly kind?: RunKind | undefined;
  readonly state?: RunState | undefined;
  readonly database?: string | undefined;
  readonly limit: number;
  /** `nextCursor` of the page before: the id of its last run. One that is not known begins anew. */
  readonly cursor?: string | undefined;
};

export type RunsPage = { readonly runs: readonly RunRecord[]; readonly nextCursor?: string };

/** Newest request first. Pages do not shift when new runs come in. */
export async function listRuns(db: HistoryDatabase, filter: RunsFilter): Promise<RunsPage> {
  const { kind, state, database, limit, cursor } = filter;
  let query = db.selectFrom('runs').select(runColumns);
  if (kind !== undefined) query = query.where('kind', '=', kind);
  if (state !== undefined) query = query.where('state', '=', state);
  if (database !== undefined) query = query.where('database', '=', database);
  if (cursor !== undefined && runIdSchema.safeParse(cursor).success) {
    query = query.where(sql<boolean>`coalesce(
      (requested_at, id) < (select last.requested_at, last.id from holdfast.runs last where last.id = ${cursor}), true)`);
  }
  const rows = await query
    .orderBy('requested_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  const runs = rows.slice(0, limit).map(toRunRecord);
  const last = runs.at(-1);
  return last && rows.length > limit ? { runs, nextCursor: last.id } : { runs };
}
