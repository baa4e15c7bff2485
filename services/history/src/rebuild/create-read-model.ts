import { lockPosition, readPosition } from '@holdfast/database';
import type { HistoryDependencies } from '../dependencies.ts';
import { importManifests } from './import-manifests.ts';

/** A database that never saw an event begins with what the repository tells: the stream may be younger than the backups. */
export async function createReadModel(deps: HistoryDependencies): Promise<void> {
  if (await readPosition(deps.db, deps.stream)) return;
  await deps.db.transaction().execute((tx) => lockPosition(tx, deps.stream));
  try {
    const { added } = await importManifests(deps);
    if (added > 0) deps.log.info({ added }, 'backups were added from their manifests');
  } catch (error) {
    deps.log.warn({ err: error }, 'the repository cannot be read yet; events alone tell of backups');
  }
}
