import type { Delivery, Subscription } from '@holdfast/bus';
import { eventSchemas, failureOf } from '@holdfast/contracts';
import type { RetentionDependencies } from '../dependencies.ts';
import { noteEntry } from './change-entry.ts';
import { catalogueKey, entryOf } from './entries.ts';

/** A copy is remembered as soon as it is there; whether it still is, reconciliation looks. */
export async function handleCopied(deps: RetentionDependencies, { event }: Delivery): Promise<void> {
  const { filename, destination } = eventSchemas['backup.copied'].parse(event.data);
  try {
    const manifest = await deps.repository.find(filename);
    const entry = entryOf(manifest, deps.now());
    await noteEntry(deps.catalogue, catalogueKey(destination, entry.name), entry);
  } catch (error) {
    // Deleted since: then its copies go too.
    if (failureOf(error).code !== 'backup_not_found') throw error;
  }
}

export const subscribeCopies = (deps: RetentionDependencies): Promise<Subscription> =>
  deps.bus.consume({
    durable: 'retention_backup_copied',
    filterSubject: 'backup.copied.>',
    handle: (delivery) => handleCopied(deps, delivery),
  });
