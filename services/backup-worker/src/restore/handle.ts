import type { Delivery, Subscription } from '@holdfast/bus';
import { deliveriesFor, performRun } from '@holdfast/runs';
import { assertRunId, handleCancelRequested } from '../backup/handle.ts';
import type { WorkerDependencies } from '../dependencies.ts';
import { handleUndoRequested } from '../undo/handle.ts';
import { restoreRun } from './restore-run.ts';

export async function handleRestoreRequested(deps: WorkerDependencies, delivery: Delivery): Promise<void> {
  assertRunId(delivery);
  const record = await performRun(deps, restoreRun(deps, delivery.event), delivery);
  deps.log.info(
    { run: record.id, database: record.database, state: record.state, attempts: record.attempt },
    'restore over',
  );
}

export function subscribeRestores(deps: WorkerDependencies): Promise<readonly Subscription[]> {
  return Promise.all([
    deps.bus.consume({
      durable: 'backup-worker_restore_requested',
      filterSubject: 'restore.requested.>',
      maxDeliveries: deliveriesFor(deps.settings.BACKUP_MAX_RETRIES),
      handle: (delivery) => handleRestoreRequested(deps, delivery),
    }),
    deps.bus.consume({
      durable: 'backup-worker_restore_cancel_requested',
      filterSubject: 'restore.cancel_requested.>',
      handle: (delivery) => handleCancelRequested(deps, delivery, 'restore'),
    }),
    deps.bus.consume({
      durable: 'backup-worker_restore_undo_requested',
      filterSubject: 'restore.undo_requested.>',
      maxDeliveries: deliveriesFor(deps.settings.BACKUP_MAX_RETRIES),
      handle: (delivery) => handleUndoRequested(deps, delivery),
    }),
  ]);
}
