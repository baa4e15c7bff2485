import {
  eventSchemas,
  HoldfastError,
  type Envelope,
  type EventData,
  type Progress,
} from '@holdfast/contracts';
import { openDrillServer, validateBackup, type EngineProgress } from '@holdfast/engine';
import { followUp, type Attempt, type RunDefinition } from '@holdfast/runs';
import { SOURCE, type ValidatorDependencies } from '../dependencies.ts';

type Request = EventData<'validation.requested'>;

/** How a `validation.requested` is done. A bad backup is a completed validation whose verdict is `invalid`. */
export function validationRun(deps: ValidatorDependencies, request: Envelope): RunDefinition {
  const event = followUp(request, SOURCE);
  const wanted = eventSchemas['validation.requested'].safeParse(request.data);
  const { filename, level } = wanted.data ?? { filename: '', level: 'structure' as const };
  return {
    kind: 'validation',
    maxRetries: deps.settings.BACKUP_MAX_RETRIES,
    retryWaitMs: deps.settings.BACKUP_RETRY_WAIT,
    work: async (attempt) => {
      if (!wanted.success)
        throw new HoldfastError('invalid_request', 'The request for this validation is malformed.');
      return event('validation.completed', await validate(deps, wanted.data, attempt));
    },
    // Looking twice does no harm, and a scratch server dies with its process; the next start removes what it left.
    recover: () => Promise.resolve(undefined),
    tidy: () => Promise.resolve(),
    events: {
      started: (attempt) => event('validation.started', { attempt, worker: deps.worker, filename, level }),
      attemptFailed: (attempt, error, retryInMs) =>
        event('validation.attempt_failed', { attempt, worker: deps.worker, error, retryInMs }),
      failed: (attempts, error) => event('validation.failed', { attempts, error }),
      cancelled: (by, reason) =>
        event('validation.cancelled', { by, ...(reason === undefined ? {} : { reason }) }),
    },
  };
}

function validate(
  deps: ValidatorDependencies,
  request: Request,
  attempt: Attempt,
): ReturnType<typeof validateBackup> {
  const { settings } = deps;
  const onProgress = (progress: EngineProgress): void => {
    const message: Progress = {
      ...progress,
      run: attempt.run,
      bytesPerSecond: 0,
      at: new Date().toISOString(),
    };
    deps.bus.broadcast(`progress.${attempt.run}`, message);
  };
  return validateBackup(
    {
      repository: deps.repository,
      worker: deps.worker,
      release: deps.release,
      signal: attempt.signal,
      scratchDir: deps.settings.BACKUP_SCRATCH_DIR,
      foreignMaxBytes: settings.BACKUP_FOREIGN_MAX_SIZE,
      onProgress,
    },
    {
      reference: request.filename,
      level: request.level,
      checksDir: settings.BACKUP_DRILL_CHECKS,
      amcheck: settings.BACKUP_DRILL_AMCHECK,
      drillTimeoutMs: settings.BACKUP_DRILL_TIMEOUT,
      openDrillServer: (needs) =>
        openDrillServer(
          {
            url: settings.BACKUP_DRILL_URL,
            onSource: settings.BACKUP_DRILL_ON_SOURCE,
            scratchDir: settings.BACKUP_SCRATCH_DIR,
            osUser: settings.BACKUP_DRILL_USER,
            signal: attempt.signal,
          },
          needs,
        ),
    },
  );
}
