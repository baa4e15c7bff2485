import type { Delivery, Subscription } from '@holdfast/bus';
import { eventSchemas } from '@holdfast/contracts';
import type { ValidatorDependencies } from '../dependencies.ts';

/** Nothing is known of a backup that is gone. */
export async function handleBackupDeleted(deps: ValidatorDependencies, { event }: Delivery): Promise<void> {
  await deps.verifications.remove(eventSchemas['backup.deleted'].parse(event.data).name);
}

export const subscribeRemovals = async (deps: ValidatorDependencies): Promise<readonly Subscription[]> => [
  await deps.bus.consume({
    durable: 'validator_backup_deleted',
    filterSubject: 'backup.deleted.>',
    handle: (delivery) => handleBackupDeleted(deps, delivery),
  }),
];
