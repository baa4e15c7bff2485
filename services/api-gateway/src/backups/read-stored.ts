import type { DatabaseId, ForeignBackup } from '@holdfast/contracts';
import { listForeign, type CatalogEntry, type Repository } from '@holdfast/engine';

/** Who asks later than this after a reading began gets one of his own: it may miss what he has just done. */
const JOIN_WITHIN_MS = 1_000;

export type Stored = { readonly entries: readonly CatalogEntry[]; readonly files: readonly ForeignBackup[] };

/** What the storage holds, of one database or of all. */
export type ReadStored = (database?: DatabaseId) => Promise<Stored>;

/**
 * Reads every manifest. Those who ask at about the same time share one reading, so that many who look do not read the
 * repository many times over; nothing is remembered once it is read.
 */
export function openStored(repository: Repository, now: () => number = () => performance.now()): ReadStored {
  const readings = new Map<string, { readonly begunAt: number; readonly stored: Promise<Stored> }>();
  return (database) => {
    const key = database ?? '';
    const present = readings.get(key);
    if (present && now() - present.begunAt < JOIN_WITHIN_MS) return present.stored;
    const forget = (): void => {
      if (readings.get(key) === current) readings.delete(key);
    };
    const stored = read(repository, database).finally(forget);
    const current = { begunAt: now(), stored };
    readings.set(key, current);
    return stored;
  };
}

async function read(repository: Repository, database: DatabaseId | undefined): Promise<Stored> {
  const filter = database === undefined ? {} : { database };
  const [entries, files] = await Promise.all([
    repository.list(filter),
    listForeign(repository.storage, filter),
  ]);
  return { entries, files };
}
