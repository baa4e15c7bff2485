import {
  backupRequestSchema,
  HoldfastError,
  type Envelope,
  type EventData,
  type Manifest,
  type RunRecord,
} from '@holdfast/contracts';
import { assertSpace, backupOptionsOf, createBackup, destinationsOf, type RunPlace } from '@holdfast/engine';
import { followUp, type Attempt, type RunDefinition } from '@holdfast/runs';
import { databaseOf, SOURCE, type WorkerDependencies } from '../dependencies.ts';
import { withHooks } from '../hooks/with-hooks.ts';
import { progressBroadcast } from '../progress.ts';
import { spaceLimitsOf } from '../space-limits.ts';
import { assertDestinations, validationAfter } from './decide.ts';

/** How a `backup.requested` is done. */
export function backupRun(deps: WorkerDependencies, request: Envelope): RunDefinition {
  const { settings, repository } = deps;
  const event = followUp(request, SOURCE);
  const completed = (manifest: Manifest): Envelope => {
    const { destinations, schedule, ...wanted } = requestOf(request);
    const validate = validationAfter(wanted, settings.BACKUP_VALIDATE_AFTER_BACKUP);
    return event('backup.completed', {
      backup: manifest.backup,
      ...(validate === undefined ? {} : { validate }),
      ...(destinations === undefined ? {} : { destinations }),
      ...(schedule === undefined ? {} : { schedule }),
    });
  };
  return {
    kind: 'backup',
    maxRetries: settings.BACKUP_MAX_RETRIES,
    retryWaitMs: settings.BACKUP_RETRY_WAIT,
    work: (attempt) =>
      deps.measures.during('backup', async () => {
        const manifest = await attemptBackup(deps, request, attempt);
        deps.measures.backedUp(manifest);
        return completed(manifest);
      }),
    recover: async (record) => {
      const place = placeOfRecord(record, request);
      const manifest = place && (await repository.ofRun(place));
      return manifest && completed(manifest);
    },
    tidy: async (record) => {
      const place = placeOfRecord(record, request);
      if (!place) return;
      await repository.tidy(place, record.state === 'completed' ? await repository.ofRun(place) : undefined);
    },
    events: {
      started: (attempt) => event('backup.started', { attempt, worker: deps.worker }),
      attemptFailed: (attempt, error, retryInMs) => {
        deps.measures.attemptFailed('backup', error);
        return event('backup.attempt_failed', { attempt, worker: deps.worker, error, retryInMs });
      },
      failed: (attempts, error) => {
        deps.measures.attemptFailed('backup', error);
        return event('backup.failed', { attempts, error });
      },
      cancelled: (by, reason) =>
        event('backup.cancelled', { by, ...(reason === undefined ? {} : { reason }) }),
    },
  };
}

async function attemptBackup(deps: WorkerDependencies, event: Envelope, attempt: Attempt): Promise<Manifest> {
  const { settings, repository } = deps;
  const request = requestOf(event);
  const database = databaseOf(deps, event.database);
  assertDestinations(request.destinations, destinationsOf(settings));
  const options = backupOptionsOf(settings, request);
  const make = async (): Promise<Manifest> => {
    if (!request.force) await assertSpace(repository, { database, ...options }, spaceLimitsOf(settings));
    return createBackup(
      {
        repository,
        worker: deps.worker,
        release: deps.release,
        signal: attempt.signal,
        jobs: settings.BACKUP_PARALLEL_JOBS,
        scratchDir: settings.BACKUP_SCRATCH_DIR,
        onProgress: progressBroadcast(deps.bus, attempt.run),
      },
      {
        database,
        run: attempt.run,
        attempt: attempt.attempt,
        requestedAt: attempt.requestedAt,
        ...options,
        beforeCommit: attempt.assertStillOpen,
      },
    );
  };
  const hooked = { of: 'backup', database: database.id, attempt } as const;
  return withHooks(deps, hooked, make, ({ backup }) => backup.filename);
}

function requestOf(event: Envelope): EventData<'backup.requested'> {
  const parsed = backupRequestSchema.safeParse(event.data);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new HoldfastError(
    'invalid_request',
    `The request for this backup is malformed: ${issue?.path.join('.')}: ${issue?.message}.`,
  );
}

/** Undefined for a request that named no database: then nothing was ever written. */
function placeOfRecord(record: RunRecord, request: Envelope): RunPlace | undefined {
  if (record.database === undefined) return undefined;
  return {
    database: record.database,
    run: record.id,
    requestedAt: new Date(record.requestedAt),
    // A malformed request never got as far as to write anything.
    type: backupRequestSchema.safeParse(request.data).data?.type ?? 'full',
  };
}
