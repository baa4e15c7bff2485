import type { Delivery, Subscription } from '@holdfast/bus';
import { eventSchemas, parseBackupName } from '@holdfast/contracts';
import { isBackupIn, removeCopy, type CopyPlace } from '@holdfast/engine';
import { deliveriesFor, performRun } from '@holdfast/runs';
import { assertRunId } from '../backup/handle.ts';
import type { WorkerDependencies } from '../dependencies.ts';
import { askForCopy, copyRunId } from './ask-for-copy.ts';
import { copyRun } from './copy-run.ts';
import { isWantedIn } from './decide.ts';

/** A finished backup becomes a request for each further place; any number of workers make one copy in each. */
export async function handleBackupCompleted(deps: WorkerDependencies, delivery: Delivery): Promise<void> {
  const { event } = delivery;
  const { repository } = deps;
  if (repository.copies.length === 0) return;
  const { backup, destinations } = eventSchemas['backup.completed'].parse(event.data);
  // Deleted since: an old event, delivered again or for the first time.
  if (!(await isBackupIn(repository, backup))) return;
  const { correlationid, traceparent, id: causationid } = event;
  for (const { id: destination } of repository.copies) {
    if (!isWantedIn(destination, destinations)) continue;
    const run = copyRunId(backup.run, destination);
    await askForCopy(deps, { run, backup, destination, correlationid, causationid, traceparent });
  }
}

export async function handleCopyRequested(deps: WorkerDependencies, delivery: Delivery): Promise<void> {
  assertRunId(delivery);
  const record = await performRun(deps, copyRun(deps, delivery.event), delivery);
  deps.log.info(
    { run: record.id, database: record.database, state: record.state, attempts: record.attempt },
    'copy over',
  );
}

/**
 * A deleted backup leaves its copies too: they are the same backup, and nothing would ever remove them. Only what the
 * repository itself, when it can be asked, no longer has. A place that is away is tried again by the bus.
 */
export async function handleBackupDeleted(deps: WorkerDependencies, delivery: Delivery): Promise<void> {
  const { repository } = deps;
  const { name } = eventSchemas['backup.deleted'].parse(delivery.event.data);
  const parsed = parseBackupName(name);
  if (repository.copies.length === 0 || !parsed || (await isBackupIn(repository, parsed))) return;
  const remove = async ({ id, open }: CopyPlace): Promise<void> => {
    await removeCopy(await open(), parsed);
    deps.log.info({ database: parsed.database, backup: name, destination: id }, 'copy removed');
  };
  // One that is away keeps no other from being cleared.
  const removed = await Promise.allSettled(repository.copies.map(remove));
  for (const each of removed) if (each.status === 'rejected') throw each.reason;
}

export function subscribeCopies(deps: WorkerDependencies): Promise<readonly Subscription[]> {
  return Promise.all([
    deps.bus.consume({
      durable: 'backup-worker_backup_completed',
      filterSubject: 'backup.completed.>',
      handle: (delivery) => handleBackupCompleted(deps, delivery),
    }),
    deps.bus.consume({
      durable: 'backup-worker_backup_copy_requested',
      filterSubject: 'backup.copy_requested.>',
      maxDeliveries: deliveriesFor(deps.settings.BACKUP_MAX_RETRIES),
      handle: (delivery) => handleCopyRequested(deps, delivery),
    }),
    deps.bus.consume({
      durable: 'backup-worker_backup_deleted',
      filterSubject: 'backup.deleted.>',
      handle: (delivery) => handleBackupDeleted(deps, delivery),
    }),
  ]);
}
