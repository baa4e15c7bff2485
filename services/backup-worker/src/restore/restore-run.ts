import {
  failureOf,
  HoldfastError,
  restoreRequestSchema,
  type Envelope,
  type RestoreRequest,
  type RestoreResult,
} from '@holdfast/contracts';
import {
  restoreBackup,
  tidyRestore,
  wasSwapped,
  type EngineProgress,
  type RestoreOptions,
} from '@holdfast/engine';
import { derivedRunId, followUp, type Attempt, type RunDefinition } from '@holdfast/runs';
import { databaseOf, SOURCE, type WorkerDependencies } from '../dependencies.ts';
import { withHooks } from '../hooks/with-hooks.ts';
import { progressBroadcast } from '../progress.ts';
import { takeSafetyBackup } from './safety-backup.ts';

/** How a `restore.requested` is done. */
export function restoreRun(deps: WorkerDependencies, request: Envelope): RunDefinition {
  const event = followUp(request, SOURCE);
  const filename = restoreRequestSchema.safeParse(request.data).data?.filename ?? '';
  return {
    kind: 'restore',
    maxRetries: deps.settings.BACKUP_MAX_RETRIES,
    retryWaitMs: deps.settings.BACKUP_RETRY_WAIT,
    reads: () => filenameOf(deps, filename),
    work: async (attempt) => {
      let touched = false;
      const onProgress = (progress: EngineProgress): void => {
        touched ||= progress.phase === 'restoring';
      };
      try {
        const attempted = () => attemptRestore(deps, request, attempt, onProgress);
        const result = await deps.measures.during('restore', attempted);
        deps.measures.restored(request.database ?? '', result);
        return event('restore.completed', result);
      } catch (error) {
        const detail = `${failureOf(error).message} What had been begun was removed; the live database is as before.`;
        const id = derivedRunId(`${attempt.run}:${attempt.attempt}:rolled_back`);
        if (touched)
          await deps.bus.publish(
            event(
              'restore.rolled_back',
              { databaseName: databaseOf(deps, request.database).target.database, detail },
              id,
            ),
          );
        throw error;
      }
    },
    recover: async (record) => {
      const database = databaseOf(deps, request.database);
      const wanted = requestOf(request);
      if (wanted.mode !== 'swap' || !(await wasSwapped(database, record.id))) return undefined;
      return event('restore.completed', await finishSwapped(deps, request, record.id, record.attempt));
    },
    tidy: async (record) => {
      const wanted = restoreRequestSchema.safeParse(request.data).data;
      const database = deps.databases.find((known) => known.id === request.database);
      if (!wanted || !database) return;
      await tidyRestore(database, wanted.newDatabaseName ?? database.target.database, record.id);
    },
    events: {
      started: (attempt) => event('restore.started', { attempt, worker: deps.worker, filename }),
      attemptFailed: (attempt, error, retryInMs) => {
        deps.measures.attemptFailed('restore', error);
        return event('restore.attempt_failed', { attempt, worker: deps.worker, error, retryInMs });
      },
      failed: (attempts, error) => {
        deps.measures.attemptFailed('restore', error);
        return event('restore.failed', { attempts, error });
      },
      cancelled: (by, reason) =>
        event('restore.cancelled', { by, ...(reason === undefined ? {} : { reason }) }),
    },
  };
}

/** What the request calls by any name; an unreachable or unknown one is told by the attempt itself. */
async function filenameOf(
  { repository }: WorkerDependencies,
  reference: string,
): Promise<string | undefined> {
  if (reference === '') return undefined;
  try {
    return (await repository.find(reference)).backup.filename;
  } catch (error) {
    if (failureOf(error).code === 'internal') throw error;
    return reference;
  }
}

async function attemptRestore(
  deps: WorkerDependencies,
  event: Envelope,
  attempt: Attempt,
  watch: (progress: EngineProgress) => void,
): Promise<RestoreResult> {
  const request = requestOf(event);
  const broadcast = progressBroadcast(deps.bus, attempt.run);
  const onProgress = (progress: EngineProgress): void => {
    watch(progress);
    broadcast(progress);
  };
  const database = databaseOf(deps, event.database);
  const options: RestoreOptions = {
    database,
    run: attempt.run,
    attempt: attempt.attempt,
    request,
    validateFirst: request.validateFirst ?? deps.settings.BACKUP_VALIDATE_BEFORE_RESTORE,
    keepMs: deps.settings.BACKUP_RESTORE_KEEP,
    safetyBackup: request.safetyBackup
      ? () => {
          onProgress({ phase: 'safety-backup', rawBytes: 0, storedBytes: 0 });
          return takeSafetyBackup(deps, event, attempt);
        }
      : undefined,
    beforeSwap: attempt.assertStillOpen,
  };
  const hooked = { of: 'restore', database: database.id, attempt, filename: request.filename } as const;
  return withHooks(
    deps,
    hooked,
    () => restoreBackup(engineContext(deps, attempt.signal, onProgress), options),
    (result) => result.filename,
  );
}

/** The swap took place and its worker died: only the telling is left. */
function finishSwapped(
  deps: WorkerDependencies,
  event: Envelope,
  run: string,
  attempt: number,
): Promise<RestoreResult> {
  return restoreBackup(
    engineContext(deps, new AbortController().signal, () => undefined),
    {
      database: databaseOf(deps, event.database),
      run,
      attempt,
      request: requestOf(event),
      validateFirst: false,
      keepMs: deps.settings.BACKUP_RESTORE_KEEP,
    },
  );
}

const engineContext = (
  deps: WorkerDependencies,
  signal: AbortSignal,
  onProgress: (progress: EngineProgress) => void,
) => ({
  repository: deps.repository,
  worker: deps.worker,
  release: deps.release,
  signal,
  jobs: deps.settings.BACKUP_PARALLEL_JOBS,
  scratchDir: deps.settings.BACKUP_SCRATCH_DIR,
  foreignMaxBytes: deps.settings.BACKUP_FOREIGN_MAX_SIZE,
  onProgress,
});

function requestOf(event: Envelope): RestoreRequest {
  const parsed = restoreRequestSchema.safeParse(event.data);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new HoldfastError(
    'invalid_request',
    `The request for this restore is malformed: ${issue?.path.join('.')}: ${issue?.message}.`,
  );
}
