import type { CatalogueEntry, ForeignBackup } from '@holdfast/contracts';
import type { Entry } from '@holdfast/bus';
import { listForeign } from '@holdfast/engine';
import { derivedRunId, makeEvent } from '@holdfast/runs';
import { changeEntry } from '../catalogue/change-entry.ts';
import { entryOfForeign, foreignKey, isForeignKey } from '../catalogue/entries.ts';
import { SOURCE, type RetentionDependencies } from '../dependencies.ts';
import { placesOf } from '../places.ts';
import { tellMissing } from './tell-missing.ts';

/** Files that we did not make: each new one is told once, uploads by their own event; each that vanished too. */
export async function reconcileForeign(
  deps: RetentionDependencies,
  remembered: readonly Entry<CatalogueEntry>[],
): Promise<void> {
  const [primary] = placesOf(deps);
  const known = new Map(
    remembered.filter(({ key }) => isForeignKey(key)).map(({ key, value }) => [key, value]),
  );
  const files = await listForeign(deps.repository.storage);
  for (const file of files) {
    const before = known.get(foreignKey(file.key));
    if (before && before.missingSince === undefined) continue;
    // A hash is in the note of an upload alone.
    if (!before && file.sha256 === undefined) await tellDiscovered(deps, file);
    const entry = entryOfForeign(file, deps.now());
    await changeEntry(deps.catalogue, foreignKey(file.key), () => entry);
  }
  const there = new Set(files.map(({ key }) => foreignKey(key)));
  for (const [key, { name }] of known) {
    // Looked at again: it may have been removed through us, or come back, since it was listed.
    if (!there.has(key) && !(await deps.repository.storage.head(name)))
      await tellMissing(deps, primary, key, []);
  }
}

async function tellDiscovered(deps: RetentionDependencies, file: ForeignBackup): Promise<void> {
  const { key, filename, sizeBytes, database } = file;
  await deps.bus.publish(
    makeEvent('backup.discovered', {
      id: `backup.discovered:${foreignKey(key)}`,
      run: derivedRunId(key),
      source: SOURCE,
      database,
      data: { filename, key, sizeBytes },
    }),
  );
  deps.log.info({ database, filename, sizeBytes }, 'found a file that may be a backup');
}
