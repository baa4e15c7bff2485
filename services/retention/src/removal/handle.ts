import type { Delivery, Subscription } from '@holdfast/bus';
import { HoldfastError, runIdSchema } from '@holdfast/contracts';
import { deliveriesFor, performRun } from '@holdfast/runs';
import type { RetentionDependencies } from '../dependencies.ts';
import { removalRun } from './removal-run.ts';

export async function handleDeleteRequested(deps: RetentionDependencies, delivery: Delivery): Promise<void> {
  if (!runIdSchema.safeParse(delivery.event.subject).success) {
    throw new HoldfastError(
      'invalid_request',
      `Event ${delivery.event.id}: its subject is no run id (a UUID).`,
    );
  }
  const record = await performRun(deps, removalRun(deps, delivery.event), delivery);
  deps.log.info({ run: record.id, database: record.database, state: record.state }, 'removal over');
}

export async function subscribeRemovals(deps: RetentionDependencies): Promise<readonly Subscription[]> {
  return [
    await deps.bus.consume({
      durable: 'retention_backup_delete_requested',
      filterSubject: 'backup.delete_requested.>',
      maxDeliveries: deliveriesFor(deps.settings.BACKUP_MAX_RETRIES),
      handle: (delivery) => handleDeleteRequested(deps, delivery),
    }),
  ];
}
