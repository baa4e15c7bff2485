import type { Manifest } from '@holdfast/contracts';
import { lockPosition, refreshBackups, upsertBackup } from '@holdfast/database';
import type { HistoryDependencies } from '../dependencies.ts';

export type Imported = {
  /** Backups that no event had told of. */
  readonly added: number;
  /** Manifests that cannot be used. */
  readonly unusable: number;
};

const BATCH = 500;

/** Adds every backup of the repository that is not in the rows. Storage is the truth; events only tell it sooner. Idempotent. */
export async function importManifests(
  deps: Pick<HistoryDependencies, 'db' | 'stream' | 'repository'>,
): Promise<Imported> {
  const entries = await deps.repository.list();
  const manifests = entries.flatMap((entry) => entry.manifest ?? []);
  let added = 0;
  for (let start = 0; start < manifests.length; start += BATCH) {
    added += await importBatch(deps, manifests.slice(start, start + BATCH));
  }
  const unusable = entries.filter(
    (entry) => entry.problem === 'manifest_invalid' || entry.problem === 'data_missing',
  );
  return { added, unusable: unusable.length };
}

function importBatch(
  { db, stream }: Pick<HistoryDependencies, 'db' | 'stream'>,
  manifests: readonly Manifest[],
): Promise<number> {
  return db.transaction().execute(async (tx) => {
    // Projections touch the same rows, in an order of their own.
    await lockPosition(tx, stream);
    const added: string[] = [];
    for (const { backup } of manifests) {
      if (await upsertBackup(tx, { backup, sequence: 0 })) added.push(backup.name);
    }
    await refreshBackups(tx, added);
    return added.length;
  });
}
