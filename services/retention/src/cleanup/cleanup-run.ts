import type { Envelope } from '@holdfast/contracts';
import { followUp, type RunDefinition } from '@holdfast/runs';
import { SOURCE, type RetentionDependencies } from '../dependencies.ts';
import { cleanUp } from './clean-up.ts';
import type { CleanupWish } from './wish.ts';

/** How a clean-up is done. `plannedAt`: when its plan was announced, after the grace. */
export function cleanupRun(
  deps: RetentionDependencies,
  request: Envelope,
  wish: () => CleanupWish,
  plannedAt: Date | undefined,
): RunDefinition {
  const event = followUp(request, SOURCE);
  return {
    kind: 'cleanup',
    maxRetries: deps.settings.BACKUP_MAX_RETRIES,
    retryWaitMs: deps.settings.BACKUP_RETRY_WAIT,
    work: async (attempt) =>
      event('retention.cleanup.completed', await cleanUp(deps, { ...wish(), ...attempt, plannedAt })),
    recover: () => Promise.resolve(undefined),
    tidy: () => Promise.resolve(),
    events: {
      failed: (attempts, error) => event('retention.cleanup.failed', { attempts, error }),
      cancelled: (by, reason) =>
        event('retention.cleanup.failed', {
          attempts: 0,
          error: {
            code: 'cancelled',
            message: `Cancelled by ${by}${reason === undefined ? '' : `: ${reason}`}.`,
          },
        }),
    },
  };
}
