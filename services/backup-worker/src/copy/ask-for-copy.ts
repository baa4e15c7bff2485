import type { BackupSummary, RunId } from '@holdfast/contracts';
import { derivedRunId, makeEvent } from '@holdfast/runs';
import { SOURCE, type WorkerDependencies } from '../dependencies.ts';

/** The one copy that every backup gets in each place, whoever asks for it and however often. */
export const copyRunId = (backupRun: RunId, destination: string): RunId =>
  derivedRunId(`${backupRun}:copy:${destination}`);

/** One more on that day (`2026-11-24`). */
export const repeatedCopyRunId = (backupRun: RunId, destination: string, day: string): RunId =>
  derivedRunId(`${backupRun}:copy:${destination}:${day}`);

export type WantedCopy = {
  readonly run: RunId;
  readonly backup: Pick<BackupSummary, 'run' | 'filename' | 'database'>;
  readonly destination: string;
  readonly correlationid?: string | undefined;
  readonly causationid?: string | undefined;
  readonly traceparent?: string | undefined;
};

/** Asks for a run. Idempotent, as its ids and its event's follow from what is wanted. */
export async function askForCopy(
  deps: WorkerDependencies,
  { run, backup, destination, correlationid = backup.run, ...caused }: WantedCopy,
): Promise<void> {
  const { database, filename } = backup;
  await deps.runs.request({ id: run, kind: 'copy', database, correlation: correlationid });
  await deps.bus.publish(
    makeEvent('backup.copy_requested', {
      id: `${run}:requested`,
      run,
      source: SOURCE,
      database,
      data: { backup: backup.run, filename, destination, by: 'backup-worker' },
      correlationid,
      ...caused,
    }),
  );
}
