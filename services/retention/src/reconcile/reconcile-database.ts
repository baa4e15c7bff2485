import type { Entry } from '@holdfast/bus';
import type { CatalogueEntry } from '@holdfast/contracts';
import { noteEntry } from '../catalogue/change-entry.ts';
import { catalogueKey, entryOf, isForeignKey, placeKey } from '../catalogue/entries.ts';
import type { RetentionDependencies } from '../dependencies.ts';
import { placesOf, type Place } from '../places.ts';
import { finishRemovals } from '../removal/finish-removals.ts';
import { decideChanges } from './decide.ts';
import { tellMissing } from './tell-missing.ts';
import { tellRewrapped } from './tell-rewrapped.ts';

/**
 * Brings the catalogue's memory of one database up to what is there, finishes removals that broke off, and tells what has
 * vanished. To be called while the database is leased. A place of copies that is away is left for the next time.
 */
export async function reconcileDatabase(deps: RetentionDependencies, database: string): Promise<void> {
  const entries = (await deps.catalogue.entries()).filter(
    ({ key, value }) => value.database === database && !isForeignKey(key),
  );
  for (const place of placesOf(deps)) {
    const own = entries.filter(({ key }) => key.startsWith(`${placeKey(place.id)}.`));
    try {
      await reconcileAt(deps, place, database, own);
    } catch (error) {
      if (place.id === undefined) throw error;
      deps.onProblem(error, `looking through ${database} at ${place.label}`);
    }
  }
}

async function reconcileAt(
  deps: RetentionDependencies,
  place: Place,
  database: string,
  remembered: readonly Entry<CatalogueEntry>[],
): Promise<void> {
  const repository = await place.open();
  await finishRemovals(deps, place, repository, remembered);
  const now = deps.now();
  const present = (await repository.list({ database })).flatMap(({ manifest }) =>
    manifest ? [{ key: catalogueKey(place.id, manifest.backup.name), value: entryOf(manifest, now) }] : [],
  );
  const { remember, rewrapped, missing } = decideChanges(remembered, present);
  for (const { key, value } of rewrapped) {
    if (place.id === undefined) await tellRewrapped(deps, value);
    await noteEntry(deps.catalogue, key, value);
  }
  for (const { key, value } of remember) await noteEntry(deps.catalogue, key, value);
  for (const { key, breaks } of missing) await tellMissing(deps, place, key, breaks);
}
