import type { Delivery, Subscription } from '@holdfast/bus';
import { eventSchemas, HoldfastError, runIdSchema, type RunRecord } from '@holdfast/contracts';
import { cancelRun, deliveriesWhileWaiting, makeEvent, performRun } from '@holdfast/runs';
import { admitBackup } from '../admission/admit-backup.ts';
import { SOURCE, type WorkerDependencies } from '../dependencies.ts';
import { backupRun } from './backup-run.ts';

/** Beside those at work: who looks at what waits, so that it is seen and what may begin does. */
const LOOKS_AT_WAITING = 4;

export async function handleBackupRequested(deps: WorkerDependencies, delivery: Delivery): Promise<void> {
  assertRunId(delivery);
  const definition = {
    ...backupRun(deps, delivery.event),
    admit: (run: RunRecord) => admitBackup(deps, run),
  };
  const record = await performRun(deps, definition, delivery);
  deps.log.info(
    { run: record.id, database: record.database, state: record.state, attempts: record.attempt },
    'backup over',
  );
}

export async function handleCancelRequested(
  deps: WorkerDependencies,
  delivery: Delivery,
  kind: 'backup' | 'restore',
): Promise<void> {
  assertRunId(delivery);
  const { event } = delivery;
  const { by, reason } = eventSchemas[`${kind}.cancel_requested`].parse(event.data);
  await cancelRun(
    deps,
    { run: event.subject, kind, database: event.database, by, reason },
    (canceller, why) =>
      makeEvent(`${kind}.cancelled`, {
        run: event.subject,
        source: SOURCE,
        database: event.database,
        data: { by: canceller, ...(why === undefined ? {} : { reason: why }) },
        causationid: event.id,
      }),
  );
}

/** A request whose subject is no run id can have no run: it goes to the dead letters. */
export function assertRunId(delivery: Delivery): void {
  if (runIdSchema.safeParse(delivery.event.subject).success) return;
  throw new HoldfastError(
    'invalid_request',
    `Event ${delivery.event.id}: its subject is no run id (a UUID).`,
  );
}

export function subscribeBackups(deps: WorkerDependencies): Promise<readonly Subscription[]> {
  return Promise.all([
    deps.bus.consume({
      durable: 'backup-worker_backup_requested',
      filterSubject: 'backup.requested.>',
      maxDeliveries: deliveriesWhileWaiting(deps.settings.BACKUP_MAX_RETRIES),
      concurrency: deps.settings.MAX_CONCURRENT_BACKUPS + LOOKS_AT_WAITING,
      handle: (delivery) => handleBackupRequested(deps, delivery),
    }),
    deps.bus.consume({
      durable: 'backup-worker_backup_cancel_requested',
      filterSubject: 'backup.cancel_requested.>',
      handle: (delivery) => handleCancelRequested(deps, delivery, 'backup'),
    }),
  ]);
}
