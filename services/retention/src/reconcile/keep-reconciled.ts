import { failureOf } from '@holdfast/contracts';
import type { RetentionDependencies } from '../dependencies.ts';
import { reconcile } from './reconcile.ts';

/** What vanishes is told of this late; each time costs a listing of every place and a read of every manifest. */
const EVERY_MS = 3_600_000;
const LEASE = 'retention-reconcile';

/** At start and every hour, by one of the replicas. */
export function keepReconciled(deps: RetentionDependencies): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const once = async (): Promise<void> => {
    const lease = await deps.leases.acquire(LEASE, deps.worker);
    if (!lease) return;
    try {
      await reconcile(deps, stopping.signal);
    } finally {
      await lease.release();
    }
  };
  let going: Promise<void> | undefined;
  const go = (): void => {
    going ??= once()
      .catch((error: unknown) => {
        if (stopping.signal.aborted) return;
        if (failureOf(error).code === 'internal') deps.onProblem(error, 'reconciling the repository');
        else deps.log.warn({ failure: failureOf(error) }, 'could not reconcile the repository');
      })
      .finally(() => {
        going = undefined;
      });
  };
  go();
  const timer = setInterval(go, EVERY_MS);
  return {
    stop: async () => {
      clearInterval(timer);
      stopping.abort();
      await going;
    },
  };
}
