import type { Delivery } from '@holdfast/bus';
import { eventSchemas, type Envelope } from '@holdfast/contracts';
import { undoRestore } from '@holdfast/engine';
import { followUp, performRun, type RunDefinition } from '@holdfast/runs';
import { assertRunId } from '../backup/handle.ts';
import { databaseOf, SOURCE, type WorkerDependencies } from '../dependencies.ts';

/** How a `restore.undo_requested` is done: a run of its own, so that undoing twice is one undoing. */
function undoRun(deps: WorkerDependencies, request: Envelope): RunDefinition {
  const event = followUp(request, SOURCE);
  return {
    kind: 'undo',
    maxRetries: deps.settings.BACKUP_MAX_RETRIES,
    retryWaitMs: deps.settings.BACKUP_RETRY_WAIT,
    work: async () => {
      const { restore } = eventSchemas['restore.undo_requested'].parse(request.data);
      const database = databaseOf(deps, request.database);
      return event('restore.undone', {
        restore,
        ...(await undoRestore({ database, restore, keepMs: deps.settings.BACKUP_RESTORE_KEEP })),
      });
    },
    // Undoing is idempotent: beginning again finds what was done.
    recover: () => Promise.resolve(undefined),
    tidy: () => Promise.resolve(),
    events: {
      failed: (attempts, error) => event('restore.failed', { attempts, error }),
      cancelled: (by, reason) =>
        event('restore.cancelled', { by, ...(reason === undefined ? {} : { reason }) }),
    },
  };
}

export async function handleUndoRequested(deps: WorkerDependencies, delivery: Delivery): Promise<void> {
  assertRunId(delivery);
  const record = await performRun(deps, undoRun(deps, delivery.event), delivery);
  deps.log.info({ run: record.id, database: record.database, state: record.state }, 'undo over');
}
