import { countRows, forgetFrom, lockPosition, readPosition, refreshBackups } from '@holdfast/database';
import type { HistoryDependencies } from '../dependencies.ts';
import { catchUp } from '../project/catch-up.ts';
import { checkStream } from '../project/check-stream.ts';
import { importManifests } from './import-manifests.ts';

export type RebuildCounts = {
  /** Rows that were taken away to be made anew. */
  readonly forgotten: number;
  /** Sequences of the stream that were gone through. */
  readonly events: number;
  readonly backupsFromManifests: number;
  readonly unusableManifests: number;
  /** What there is now. */
  readonly backups: number;
  readonly runs: number;
  readonly validations: number;
};

/**
 * Makes the rows anew: from the events as far back as the stream goes, and from the manifests what is older. May run while
 * events arrive and beside other replicas; one that is broken off is finished by whoever catches up next, but for the manifests.
 */
export async function rebuild(deps: HistoryDependencies, signal: AbortSignal): Promise<RebuildCounts> {
  await checkStream(deps, signal);
  const { firstSequence, lastSequence } = await deps.events.eventsInfo();
  const forgotten = await deps.db.transaction().execute(async (tx) => {
    await lockPosition(tx, deps.stream);
    return forgetFrom(tx, deps.stream, firstSequence);
  });
  await catchUp(deps, lastSequence, { signal });
  const { added, unusable } = await importManifests(deps);
  await deps.db.transaction().execute(async (tx) => {
    await lockPosition(tx, deps.stream);
    await refreshBackups(tx);
  });
  const reached = (await readPosition(deps.db, deps.stream))?.position ?? 0;
  return {
    forgotten,
    events: Math.max(0, reached - Math.max(1, firstSequence) + 1),
    backupsFromManifests: added,
    unusableManifests: unusable,
    ...(await countRows(deps.db)),
  };
}
