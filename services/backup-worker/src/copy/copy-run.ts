import {
  eventSchemas,
  HoldfastError,
  parseBackupName,
  type Envelope,
  type EventData,
  type Manifest,
  type ParsedName,
} from '@holdfast/contracts';
import { copyBackup, isBackupIn, removeCopy, tidyCopy, type Repository } from '@holdfast/engine';
import { followUp, type Attempt, type RunDefinition } from '@holdfast/runs';
import { SOURCE, type WorkerDependencies } from '../dependencies.ts';
import { spaceLimitsOf } from '../space-limits.ts';
import { progressBroadcast } from '../progress.ts';

type Wanted = EventData<'backup.copy_requested'>;

/** How a `backup.copy_requested` is done. */
export function copyRun(deps: WorkerDependencies, request: Envelope): RunDefinition {
  const { settings } = deps;
  const event = followUp(request, SOURCE);
  const wanted = eventSchemas['backup.copy_requested'].safeParse(request.data);
  const { destination, filename } = wanted.data ?? { destination: '', filename: '' };
  return {
    kind: 'copy',
    maxRetries: settings.BACKUP_MAX_RETRIES,
    retryWaitMs: settings.BACKUP_RETRY_WAIT,
    work: (attempt) =>
      deps.measures.during('copy', async () => {
        if (!wanted.success)
          throw new HoldfastError('invalid_request', 'The request for this copy is malformed.');
        return event('backup.copied', await attemptCopy(deps, wanted.data, attempt));
      }),
    // Begun again, it finds what is there and sends only what is not.
    recover: () => Promise.resolve(undefined),
    tidy: async () => {
      const name = parseBackupName(filename);
      if (name) await tidy(deps, await openPlace(deps, destination), name);
    },
    events: {
      failed: (attempts, error) => {
        deps.measures.attemptFailed('copy', error);
        return event('backup.copy_failed', { attempts, error, destination });
      },
      cancelled: (by, reason) =>
        event('backup.copy_cancelled', { by, destination, ...(reason === undefined ? {} : { reason }) }),
    },
  };
}

async function attemptCopy(
  deps: WorkerDependencies,
  { backup, filename, destination }: Wanted,
  attempt: Attempt,
): Promise<EventData<'backup.copied'>> {
  const startedAt = performance.now();
  const manifest = await backupOf(deps, { backup, filename });
  const place = await openPlace(deps, destination);
  const context = {
    repository: deps.repository,
    signal: attempt.signal,
    onProgress: progressBroadcast(deps.bus, attempt.run),
  };
  const { sizeBytes } = await copyBackup(context, manifest, place, {
    beforeCommit: attempt.assertStillOpen,
    limits: spaceLimitsOf(deps.settings),
  });
  const durationMs = Math.round(performance.now() - startedAt);
  return { backup, filename, destination, sizeBytes, durationMs };
}

/** What was sent of a backup that was deleted meanwhile is nothing that anybody would find again. */
async function tidy(deps: WorkerDependencies, place: Repository, name: ParsedName): Promise<void> {
  await tidyCopy(place, name);
  if ((await isBackupIn(deps.repository, name)) || (await isBackupIn(place, name))) return;
  await removeCopy(place, name);
}

async function backupOf(
  { repository }: WorkerDependencies,
  { backup, filename }: Pick<Wanted, 'backup' | 'filename'>,
): Promise<Manifest> {
  const manifest = await repository.find(filename);
  if (manifest.backup.run === backup) return manifest;
  throw new HoldfastError(
    'backup_not_found',
    `${filename} is of another run than ${backup}, which was to be copied; it was deleted, or the name given away.`,
  );
}

/** A place that this worker does not know may be known to the next: retried, then failed. */
function openPlace({ repository }: WorkerDependencies, destination: string): Promise<Repository> {
  const place = repository.copies.find(({ id }) => id === destination);
  if (place) return place.open();
  const known = repository.copies.map(({ id }) => id).join(', ') || 'none';
  throw new HoldfastError(
    'storage_missing',
    `This worker has no destination ${destination} (known: ${known}); give all workers the same BACKUP_DESTINATIONS.`,
  );
}
