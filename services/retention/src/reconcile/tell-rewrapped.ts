import type { CatalogueEntry } from '@holdfast/contracts';
import { derivedRunId, makeEvent } from '@holdfast/runs';
import { SOURCE, type RetentionDependencies } from '../dependencies.ts';

/** Of the primary place: what others know of a backup is told by its file there. To be told before it is noted. */
export async function tellRewrapped(
  { bus, log }: RetentionDependencies,
  { name, filename, database, sizeBytes, sha256 = '' }: CatalogueEntry,
): Promise<void> {
  const id = `backup.rewrapped:${name}:${sha256}`;
  const data = { name, filename, sizeBytes, sha256 };
  await bus.publish(
    makeEvent('backup.rewrapped', { id, run: derivedRunId(name), source: SOURCE, database, data }),
  );
  log.info({ database, backup: name }, 'a backup has other recipients');
}
