import { eventSchemas, HoldfastError, type Envelope } from '@holdfast/contracts';
import { makeEvent, performUntilOver, safetyRunId, type Attempt } from '@holdfast/runs';
import { backupRun } from '../backup/backup-run.ts';
import { SOURCE, type WorkerDependencies } from '../dependencies.ts';

/**
 * Backs the live database up before a restore, as a run of its own whose id follows from the restore's: a restore
 * that is begun again finds the copy of what was there at first. Answers its file name; fails closed.
 */
export async function takeSafetyBackup(
  deps: WorkerDependencies,
  restore: Envelope,
  attempt: Attempt,
): Promise<string> {
  const event = makeEvent('backup.requested', {
    run: safetyRunId(attempt.run),
    source: SOURCE,
    database: restore.database,
    data: {
      type: 'full',
      trigger: 'safety',
      description: `before restore ${attempt.run}`,
      validate: 'none',
      // A nearly full disk must not stand between somebody and the restore.
      force: true,
      by: 'backup-worker',
    },
    time: attempt.requestedAt,
    correlationid: restore.correlationid ?? attempt.run,
    causationid: restore.id,
  });
  const record = await performUntilOver(deps, backupRun(deps, event), { event, signal: attempt.signal });
  attempt.signal.throwIfAborted();
  if (record.state === 'completed' && record.outcome) {
    return eventSchemas['backup.completed'].parse(record.outcome.data).backup.filename;
  }
  const why =
    record.state === 'failed'
      ? eventSchemas['backup.failed'].safeParse(record.outcome?.data).data?.error.message
      : 'it was cancelled';
  throw new HoldfastError(
    'safety_backup_failed',
    `The safety backup before the restore failed, so nothing was touched: ${why ?? 'unknown'} Mend it, or restore with --no-safety-backup.`,
  );
}
