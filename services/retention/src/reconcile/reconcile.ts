import type { RetentionDependencies } from '../dependencies.ts';
import { placesOf } from '../places.ts';
import { withDatabase } from '../with-lease.ts';
import { reconcileDatabase } from './reconcile-database.ts';
import { reconcileForeign } from './reconcile-foreign.ts';
import { sweepOrphans } from './sweep-orphans.ts';

/** All databases that are there or remembered, the files of other people, and what belongs to nobody. */
export async function reconcile(deps: RetentionDependencies, signal: AbortSignal): Promise<void> {
  const remembered = await deps.catalogue.entries();
  for (const database of await databasesOf(
    deps,
    remembered.flatMap(({ value }) => value.database ?? []),
  )) {
    signal.throwIfAborted();
    await withDatabase(deps, database, signal, () => reconcileDatabase(deps, database));
  }
  await withDatabase(deps, undefined, signal, () => reconcileForeign(deps, remembered));
  await sweepOrphans(deps, placesOf(deps), signal);
}

async function databasesOf(
  deps: RetentionDependencies,
  remembered: readonly string[],
): Promise<readonly string[]> {
  const entries = await deps.repository.list();
  const present = entries.flatMap(({ manifest }) => (manifest ? [manifest.backup.database] : []));
  return [...new Set([...present, ...remembered])].toSorted();
}
