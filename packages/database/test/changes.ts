import type { HistoryDatabase, RunChange } from '../src/index.ts';
import { upsertRun } from '../src/index.ts';
import { aBackup, anEnvelope, at, runId, within } from './builders.ts';

/** In one transaction, as a batch of events is. */
export const apply = (db: HistoryDatabase, ...changes: readonly RunChange[]): Promise<void> =>
  within(db, async (tx) => {
    for (const change of changes) await upsertRun(tx, change);
  });

export const common = (number: number) => ({
  run: runId(number),
  kind: 'backup' as const,
  database: 'app',
  correlation: runId(number),
  at: at(number),
  sequence: number,
});

export const requested = (number: number): RunChange => ({
  ...common(number),
  stage: 'requested',
  trigger: 'manual',
  requestedBy: 'ann',
  description: 'before update',
});
export const started = (number: number, attempt = 1): RunChange => ({
  ...common(number),
  at: at(number + 1),
  stage: 'started',
  attempt,
  worker: `worker-${attempt}`,
});
export const completed = (number: number): RunChange => ({
  ...common(number),
  at: at(number + 2),
  stage: 'over',
  state: 'completed',
  succeeded: true,
  attempt: 1,
  filename: aBackup(number).filename,
  sizeBytes: 1_000,
  rawBytes: 4_000,
  durationMs: 1_500,
  outcome: anEnvelope('backup.completed', runId(number), { backup: aBackup(number) }),
});
export const failed = (number: number): RunChange => ({
  ...common(number),
  at: at(number + 3),
  stage: 'over',
  state: 'failed',
  succeeded: false,
  error: { code: 'dump_failed', message: 'pg_dump ended with 1.' },
  outcome: anEnvelope('backup.failed', runId(number), {}),
});
