import type { CatalogueEntry } from '@holdfast/contracts';
import { derivedRunId, makeEvent } from '@holdfast/runs';
import { SOURCE, type RetentionDependencies } from '../dependencies.ts';
import type { Place } from '../places.ts';

/** Told before it is noted: after a crash in between it is told again, under the same id. */
export async function tellMissing(
  deps: RetentionDependencies,
  place: Place,
  key: string,
  breaks: readonly string[],
): Promise<void> {
  const entry = await deps.catalogue.get(key);
  if (!entry || entry.value.missingSince !== undefined || entry.value.removing) return;
  const { name, filename, database } = entry.value;
  const data = {
    name,
    filename,
    breaks: [...breaks],
    ...(place.id === undefined ? {} : { destination: place.id }),
  };
  const id = `backup.missing:${key}:${entry.revision}`;
  await deps.bus.publish(
    makeEvent('backup.missing', { id, run: derivedRunId(name), source: SOURCE, database, data }),
  );
  const missing: CatalogueEntry = { ...entry.value, missingSince: deps.now().toISOString() };
  await deps.catalogue.update(key, missing, entry.revision);
  deps.log.warn(
    { database, backup: name, destination: place.label, breaks },
    'a backup is not there any more',
  );
}
