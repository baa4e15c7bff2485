import {
  eventSchemas,
  failureOf,
  HoldfastError,
  isForeign,
  type Envelope,
  type Manifest,
} from '@holdfast/contracts';
import { lookUp, removeForeign } from '@holdfast/engine';
import { followUp, type Attempt, type RunDefinition } from '@holdfast/runs';
import { changeEntry } from '../catalogue/change-entry.ts';
import { catalogueKey, entryOf, foreignKey } from '../catalogue/entries.ts';
import { SOURCE, type RetentionDependencies } from '../dependencies.ts';
import { withDatabase } from '../with-lease.ts';
import { assertRemovable } from './assert-removable.ts';
import { takeUp } from './take-up.ts';

type Removed = { readonly name: string; readonly freedBytes: number };

/** How a `backup.delete_requested` is done: the manifest goes first, so a half-removed backup is none. */
export function removalRun(deps: RetentionDependencies, request: Envelope): RunDefinition {
  const event = followUp(request, SOURCE);
  const wanted = eventSchemas['backup.delete_requested'].safeParse(request.data);
  return {
    kind: 'removal',
    maxRetries: deps.settings.BACKUP_MAX_RETRIES,
    retryWaitMs: deps.settings.BACKUP_RETRY_WAIT,
    work: async (attempt) => {
      if (!wanted.success)
        throw new HoldfastError('invalid_request', 'The request for this removal is malformed.');
      const { filename, by, force = false } = wanted.data;
      const { name, freedBytes } = await remove(deps, attempt, { filename, by, force });
      return event('backup.deleted', { filename, name, freedBytes, by });
    },
    recover: () => Promise.resolve(undefined),
    tidy: () => Promise.resolve(),
    events: {
      failed: (attempts, error) => event('backup.delete_failed', { attempts, error }),
      // Nothing asks for it: a removal is over before anybody could.
      cancelled: () =>
        event('backup.delete_failed', {
          attempts: 0,
          error: { code: 'cancelled', message: 'The removal was cancelled.' },
        }),
    },
  };
}

type Wish = { readonly filename: string; readonly by: string; readonly force: boolean };

/** A second attempt that finds nothing finds what the first one did. */
async function remove(deps: RetentionDependencies, attempt: Attempt, wish: Wish): Promise<Removed> {
  try {
    const found = await lookUp(deps.repository, wish.filename);
    if (!isForeign(found))
      return await withDatabase(deps, found.backup.database, attempt.signal, () =>
        removeOurs(deps, attempt, wish, found),
      );
    const freedBytes = await removeForeign(deps.repository.storage, found);
    await deps.catalogue.remove(foreignKey(found.key));
    return { name: found.filename, freedBytes };
  } catch (error) {
    if (attempt.attempt === 1 || failureOf(error).code !== 'backup_not_found') throw error;
    return (await takeUp(deps, attempt.run)) ?? { name: wish.filename, freedBytes: 0 };
  }
}

async function removeOurs(
  deps: RetentionDependencies,
  { run }: Attempt,
  { by, force }: Wish,
  manifest: Manifest,
): Promise<Removed> {
  const { name, database } = manifest.backup;
  await assertRemovable(deps, manifest, force);
  const key = catalogueKey(undefined, name);
  const now = deps.now();
  // Written first: what is gone then was removed, and is not lost.
  await changeEntry(deps.catalogue, key, (present) => ({
    ...entryOf(manifest, now),
    ...present,
    removing: { run, by, at: now.toISOString() },
  }));
  try {
    const freedBytes = await deps.repository.remove(manifest);
    await deps.catalogue.remove(key);
    deps.measures.removed(database, freedBytes);
    return { name, freedBytes };
  } catch (error) {
    if (failureOf(error).code === 'backup_needed') {
      await changeEntry(deps.catalogue, key, () => entryOf(manifest, now));
    }
    throw error;
  }
}
