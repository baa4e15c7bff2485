import { failureOf, isTerminal, type CatalogueEntry } from '@holdfast/contracts';
import type { Entry } from '@holdfast/bus';
import { isBackupIn, type Repository } from '@holdfast/engine';
import { changeEntry } from '../catalogue/change-entry.ts';
import type { RetentionDependencies } from '../dependencies.ts';
import type { Place } from '../places.ts';
import { finishTold } from './remove-told.ts';

/**
 * Removals of a database that a dead process left: one whose manifest is still there was not begun and is left to the next
 * plan, any other is finished. To be called while the database is leased, so that none of them is under way.
 */
export async function finishRemovals(
  deps: RetentionDependencies,
  place: Place,
  repository: Repository,
  entries: readonly Entry<CatalogueEntry>[],
): Promise<void> {
  for (const entry of entries) {
    try {
      await finishRemoval(deps, place, repository, entry);
    } catch (error) {
      const failure = failureOf(error);
      if (failure.code === 'bus_unavailable') throw error;
      // It keeps its note, and is tried again the next time; the others go on.
      const { name, database } = entry.value;
      deps.log.warn(
        { database, backup: name, destination: place.label, failure },
        'a removal could not be finished',
      );
    }
  }
}

async function finishRemoval(
  deps: RetentionDependencies,
  place: Place,
  repository: Repository,
  { key, value }: Entry<CatalogueEntry>,
): Promise<void> {
  const { database, removing, name } = value;
  if (removing === undefined || database === undefined) return;
  if (await isBackupIn(repository, { database, name })) {
    await changeEntry(deps.catalogue, key, (present) => present && without(present));
    return;
  }
  // A removal that a person asked for has a run of its own, which tells of it.
  const run = await deps.runs.get(removing.run);
  if (run?.kind === 'removal') {
    if (isTerminal(run.state)) await deps.catalogue.remove(key);
    return;
  }
  if (await deps.catalogue.get(key)) await finishTold(deps, place, repository, { ...value, database });
}

function without({ removing: _gone, ...entry }: CatalogueEntry): CatalogueEntry {
  return entry;
}
