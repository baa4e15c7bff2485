import type { CatalogueEntry, RunId } from '@holdfast/contracts';
import { removeAllOf, type Repository } from '@holdfast/engine';
import { derivedRunId, makeEvent } from '@holdfast/runs';
import { changeEntry } from '../catalogue/change-entry.ts';
import { catalogueKey } from '../catalogue/entries.ts';
import { SOURCE, type RetentionDependencies } from '../dependencies.ts';
import type { Place } from '../places.ts';

export type Removal = {
  readonly place: Place;
  readonly repository: Repository;
  readonly entry: CatalogueEntry & { readonly database: string };
  /** The run of the clean-up. */
  readonly run: RunId;
  readonly by: string;
};

/**
 * Writes what is about to go, takes it away, tells of it, and forgets it. Whoever finds the writing after a crash does the
 * rest (finishRemovals), so that none is told never, nor taken for lost. Idempotent; the event's id follows from the backup.
 */
export async function removeTold(deps: RetentionDependencies, removal: Removal): Promise<void> {
  const { place, repository, entry, run, by } = removal;
  const key = catalogueKey(place.id, entry.name);
  const removing = { run, by, at: deps.now().toISOString() };
  await changeEntry(deps.catalogue, key, (present) => ({ ...entry, ...present, removing }));
  await removeAllOf(repository.storage, entry);
  await tellRemoved(deps, place, { ...entry, removing });
  await deps.catalogue.remove(key);
}

/** Of a copy nobody is told: the backup itself was deleted before. */
async function tellRemoved(
  deps: RetentionDependencies,
  place: Place,
  entry: CatalogueEntry & { readonly database: string },
): Promise<void> {
  deps.measures.removed(entry.database, entry.sizeBytes);
  if (place.id !== undefined) return;
  const { name, filename, database, removing } = entry;
  await deps.bus.publish(
    makeEvent('backup.deleted', {
      id: `backup.deleted:${name}`,
      run: derivedRunId(`${name}:deleted`),
      source: SOURCE,
      database,
      data: { filename, name, freedBytes: entry.sizeBytes, by: removing?.by ?? 'retention' },
      correlationid: removing?.run,
    }),
  );
}

/** Does the rest of a removal whose manifest is gone already. */
export async function finishTold(
  deps: RetentionDependencies,
  place: Place,
  repository: Repository,
  entry: CatalogueEntry & { readonly database: string },
): Promise<void> {
  await removeAllOf(repository.storage, entry);
  await tellRemoved(deps, place, entry);
  await deps.catalogue.remove(catalogueKey(place.id, entry.name));
}
