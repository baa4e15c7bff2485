import { HoldfastError } from '@holdfast/contracts';
import type { ValidatorDependencies } from './dependencies.ts';

export type Repeated = { stop(): Promise<void> };

/** How long after the start it is done first: soon enough for one that is restarted often, late enough to be ready before. */
const FIRST_MS = 60_000;

/**
 * Does `work` after a minute and every `everyMs`, by one process among all replicas: whoever has the lease. A failure is told, and the next
 * time tries again. `signal` aborts when the lease is lost or the process drains.
 */
export function repeatAlone(
  { leases, worker, onProblem }: Pick<ValidatorDependencies, 'leases' | 'worker' | 'onProblem'>,
  lease: string,
  everyMs: number,
  work: (signal: AbortSignal) => Promise<unknown>,
  firstMs = FIRST_MS,
): Repeated {
  const stopped = new AbortController();
  let going: Promise<void> | undefined;

  const once = async (): Promise<void> => {
    const held = await leases.acquire(lease, worker);
    if (!held) return;
    try {
      await work(AbortSignal.any([stopped.signal, held.lost]));
    } finally {
      await held.release();
    }
  };
  const go = (): void => {
    going ??= once()
      .catch((error: unknown) => {
        if (!stopped.signal.aborted) onProblem(error, lease);
      })
      .finally(() => (going = undefined));
  };
  const first = setTimeout(go, firstMs);
  const timer = setInterval(go, everyMs);
  return {
    stop: async () => {
      clearTimeout(first);
      clearInterval(timer);
      stopped.abort(new HoldfastError('shutting_down', 'The validator is draining; another goes on.'));
      await going;
    },
  };
}
