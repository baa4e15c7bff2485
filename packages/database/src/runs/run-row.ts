import type { RunRecord } from '@holdfast/contracts';
import type { Selectable } from 'kysely';
import type { RunsTable } from '../connection/tables.ts';

export const runColumns = [
  'id',
  'kind',
  'database',
  'state',
  'attempt',
  'failed_attempts',
  'worker',
  'requested_at',
  'started_at',
  'ended_at',
  'correlation',
  'cancel_by',
  'cancel_reason',
  'outcome',
] as const;

type RunRow = Pick<Selectable<RunsTable>, (typeof runColumns)[number]>;

/** The run in the shape that bucket `runs` has it, so that whoever reads either reads both. */
export function toRunRecord(row: RunRow): RunRecord {
  return {
    id: row.id,
    kind: row.kind,
    state: row.state,
    attempt: row.attempt,
    failures: row.failed_attempts.length,
    requestedAt: row.requested_at,
    ...(row.database === null ? {} : { database: row.database }),
    ...(row.worker === null ? {} : { worker: row.worker }),
    ...(row.started_at === null ? {} : { startedAt: row.started_at }),
    ...(row.ended_at === null ? {} : { endedAt: row.ended_at }),
    ...(row.correlation === null ? {} : { correlation: row.correlation }),
    ...(row.cancel_by === null ? {} : { cancel: cancelOf(row.cancel_by, row.cancel_reason) }),
    ...(row.outcome === null ? {} : { outcome: row.outcome }),
  };
}

const cancelOf = (by: string, reason: string | null) => (reason === null ? { by } : { by, reason });
