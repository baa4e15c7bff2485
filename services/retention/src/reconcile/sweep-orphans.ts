import { failureOf, type CleanupResult } from '@holdfast/contracts';
import {
  isBackupIn,
  removeOrphan,
  takeInventory,
  type Inventory,
  type Orphan,
  type Repository,
} from '@holdfast/engine';
import type { RetentionDependencies } from '../dependencies.ts';
import type { Place } from '../places.ts';
import { judgeOrphan } from './judge-orphan.ts';

type Swept = NonNullable<CleanupResult['orphans']>;
type Looked = { readonly place: Place; readonly repository: Repository; readonly inventory: Inventory };

/** Looks at what belongs to no backup at each place, and removes what may go. A place that is away is left out. */
export async function sweepOrphans(
  deps: RetentionDependencies,
  places: readonly Place[],
  signal: AbortSignal,
): Promise<Swept> {
  const looked: Looked[] = [];
  for (const place of places) {
    try {
      const repository = await place.open();
      looked.push({ place, repository, inventory: await takeInventory(repository) });
    } catch (error) {
      deps.log.warn({ destination: place.label, failure: failureOf(error) }, 'could not look for orphans');
    }
  }
  const known = await knownNames(deps, looked);
  const total = { found: 0, removed: 0, freedBytes: 0 };
  for (const each of looked) {
    const removed = await sweepPlace(deps, each, known, signal);
    total.found += each.inventory.orphans.length;
    total.removed += removed.length;
    total.freedBytes += removed.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  }
  deps.measures.orphans(total.found - total.removed);
  return total;
}

async function sweepPlace(
  deps: RetentionDependencies,
  { place, repository, inventory }: Looked,
  known: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<readonly Orphan[]> {
  const removed: Orphan[] = [];
  const active = await deps.runs.active();
  const whole = namesIn(inventory);
  const facts = {
    nowMs: deps.now().getTime(),
    graceMs: deps.settings.BACKUP_ORPHAN_GRACE,
    active,
    // Of a backup that is whole here it is what another attempt left.
    known: new Set([...known].filter((name) => !whole.has(name))),
  };
  for (const orphan of inventory.orphans) {
    signal.throwIfAborted();
    const verdict = judgeOrphan(orphan, facts);
    const { key, sizeBytes, kind, backup } = orphan;
    deps.log.info({ destination: place.label, key, sizeBytes, kind, verdict }, 'it belongs to no backup');
    if (verdict !== 'remove') continue;
    const wasCommitted = backup && !whole.has(backup.name) && (await isBackupIn(repository, backup));
    if (wasCommitted !== true && (await removeOrphan(repository.storage, orphan))) removed.push(orphan);
  }
  return removed;
}

/** Backups that were made, by the catalogue and by the manifests of any place. */
async function knownNames(
  deps: RetentionDependencies,
  looked: readonly Looked[],
): Promise<ReadonlySet<string>> {
  const remembered = (await deps.catalogue.entries()).filter(({ value }) => value.removing === undefined);
  return new Set([
    ...remembered.map(({ value }) => value.name),
    ...looked.flatMap(({ inventory }) => [...namesIn(inventory)]),
  ]);
}

const namesIn = ({ entries }: Inventory): ReadonlySet<string> =>
  new Set(entries.flatMap(({ manifest }) => (manifest ? [manifest.backup.name] : [])));
