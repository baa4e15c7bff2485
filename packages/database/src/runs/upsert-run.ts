import { sql, type Insertable } from 'kysely';
import type { HistoryTransaction } from '../connection/connect-database.ts';
import type { RunsTable } from '../connection/tables.ts';
import type { RunChange } from './run-change.ts';

type Row = Insertable<RunsTable>;
type Stage<S extends RunChange['stage']> = Extract<RunChange, { readonly stage: S }>;

/** Brings one change into the run's row, or makes the row. Idempotent; the first outcome of a run stays. */
export async function upsertRun(tx: HistoryTransaction, change: RunChange): Promise<void> {
  switch (change.stage) {
    case 'requested':
      return upsertRequested(tx, change);
    case 'started':
      return upsertStarted(tx, change);
    case 'attempt_failed':
      return upsertAttemptFailed(tx, change);
    case 'cancel_asked':
      return updateCancelAsked(tx, change);
    case 'over':
      return upsertOver(tx, change);
    default:
      return change satisfies never;
  }
}

const blank = (change: RunChange): Row => ({
  id: change.run,
  kind: change.kind,
  database: change.database ?? null,
  correlation: change.correlation ?? null,
  state: 'requested',
  attempt: 0,
  failed_attempts: [],
  trigger: null,
  requested_by: null,
  requested_at: change.at,
  started_at: null,
  ended_at: null,
  worker: null,
  cancel_by: null,
  cancel_reason: null,
  error_code: null,
  error_message: null,
  filename: null,
  removed_backup: null,
  size_bytes: null,
  raw_bytes: null,
  duration_ms: null,
  description: '',
  succeeded: null,
  outcome: null,
  first_sequence: change.sequence,
});

/** What every change may add to a row that is there. */
const common = {
  database: sql<string | null>`coalesce(runs.database, excluded.database)`,
  correlation: sql<string | null>`coalesce(runs.correlation, excluded.correlation)`,
  requested_at: sql<string>`least(runs.requested_at, excluded.requested_at)`,
  first_sequence: sql<number>`least(runs.first_sequence, excluded.first_sequence)`,
};

const running = {
  state: sql<'running'>`case when runs.ended_at is null then 'running' else runs.state end`,
  worker: sql<string>`case when excluded.attempt >= runs.attempt then excluded.worker else runs.worker end`,
  attempt: sql<number>`greatest(runs.attempt, excluded.attempt)`,
};

async function upsertRequested(tx: HistoryTransaction, change: Stage<'requested'>): Promise<void> {
  await tx
    .insertInto('runs')
    .values({
      ...blank(change),
      trigger: change.trigger ?? null,
      requested_by: change.requestedBy ?? null,
      filename: change.filename ?? null,
      description: change.description ?? '',
    })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet({
        ...common,
        trigger: sql`coalesce(runs.trigger, excluded.trigger)`,
        requested_by: sql`coalesce(runs.requested_by, excluded.requested_by)`,
        filename: sql`coalesce(runs.filename, excluded.filename)`,
        description: sql`coalesce(nullif(runs.description, ''), excluded.description)`,
      }),
    )
    .execute();
}

async function upsertStarted(tx: HistoryTransaction, change: Stage<'started'>): Promise<void> {
  const { attempt, worker, filename, at } = change;
  await tx
    .insertInto('runs')
    .values({
      ...blank(change),
      state: 'running',
      attempt,
      worker,
      filename: filename ?? null,
      started_at: at,
    })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet({
        ...common,
        ...running,
        started_at: sql`least(runs.started_at, excluded.started_at)`,
        filename: sql`coalesce(runs.filename, excluded.filename)`,
      }),
    )
    .execute();
}

async function upsertAttemptFailed(tx: HistoryTransaction, change: Stage<'attempt_failed'>): Promise<void> {
  const { attempt, worker } = change;
  await tx
    .insertInto('runs')
    .values({ ...blank(change), state: 'running', attempt, worker, failed_attempts: [attempt] })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet({
        ...common,
        ...running,
        failed_attempts: sql`(
          select array_agg(distinct failed order by failed)
          from unnest(runs.failed_attempts || excluded.failed_attempts) as failed)`,
      }),
    )
    .execute();
}

/** Only where the run is known: somebody's wish alone makes no run. */
async function updateCancelAsked(tx: HistoryTransaction, change: Stage<'cancel_asked'>): Promise<void> {
  await tx
    .updateTable('runs')
    .set({ cancel_by: change.by, cancel_reason: change.reason ?? null })
    .where('id', '=', change.run)
    .where('cancel_by', 'is', null)
    .execute();
}

async function upsertOver(tx: HistoryTransaction, change: Stage<'over'>): Promise<void> {
  await tx
    .insertInto('runs')
    .values({
      ...blank(change),
      state: change.state,
      ended_at: change.at,
      attempt: change.attempt ?? 0,
      trigger: change.trigger ?? null,
      cancel_by: change.cancel?.by ?? null,
      cancel_reason: change.cancel?.reason ?? null,
      error_code: change.error?.code ?? null,
      error_message: change.error?.message ?? null,
      filename: change.filename ?? null,
      removed_backup: change.removedBackup ?? null,
      size_bytes: change.sizeBytes ?? null,
      raw_bytes: change.rawBytes ?? null,
      duration_ms: change.durationMs ?? null,
      description: change.description ?? '',
      succeeded: change.succeeded,
      outcome: JSON.stringify(change.outcome),
    })
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet({
          ...common,
          state: sql`excluded.state`,
          ended_at: sql`excluded.ended_at`,
          attempt: sql`greatest(runs.attempt, excluded.attempt)`,
          trigger: sql`coalesce(runs.trigger, excluded.trigger)`,
          cancel_by: sql`coalesce(runs.cancel_by, excluded.cancel_by)`,
          cancel_reason: sql`coalesce(runs.cancel_reason, excluded.cancel_reason)`,
          error_code: sql`excluded.error_code`,
          error_message: sql`excluded.error_message`,
          filename: sql`coalesce(excluded.filename, runs.filename)`,
          removed_backup: sql`excluded.removed_backup`,
          size_bytes: sql`excluded.size_bytes`,
          raw_bytes: sql`excluded.raw_bytes`,
          duration_ms: sql`excluded.duration_ms`,
          description: sql`coalesce(nullif(excluded.description, ''), runs.description)`,
          succeeded: sql`excluded.succeeded`,
          outcome: sql`excluded.outcome`,
        })
        .where('runs.ended_at', 'is', null),
    )
    .execute();
}
