import { setTimeout as delay } from 'node:timers/promises';
import type { Lease, Leases, Subscription } from '@holdfast/bus';

/** Under a second: what goes is told to end at once, as another may write by now. */
const STOP_MS = 900;
const AGAIN_MS = 1_000;

export type WhileOurs = {
  readonly leases: Leases;
  readonly key: string;
  readonly worker: string;
  /** Begins to take work. */
  readonly open: () => Promise<readonly Subscription[]>;
  readonly onProblem: (error: unknown, doing: string) => void;
};

/**
 * Takes work as long as the lease is held. When it is lost, what goes is given back and nothing is taken until it is ours
 * again. `check` throws meanwhile. The subscription's stop releases the lease.
 */
export async function workWhileOurs(
  first: Lease,
  deps: WhileOurs,
): Promise<Subscription & { check(): void }> {
  const stopping = new AbortController();
  let lease = first;
  let current = await deps.open();

  const watching = (async () => {
    for (;;) {
      await aborted(AbortSignal.any([lease.lost, stopping.signal]));
      if (stopping.signal.aborted) return;
      deps.onProblem(lease.lost.reason, 'the storage is not ours alone; no work is taken until it is again');
      await Promise.all(current.map((each) => each.stop(STOP_MS)));
      current = [];
      const next = await claimAgain();
      if (!next) return;
      lease = next;
      current = await deps.open();
    }
  })();
  watching.catch((error: unknown) => deps.onProblem(error, 'taking work again'));

  async function claimAgain(): Promise<Lease | undefined> {
    while (!stopping.signal.aborted) {
      try {
        const next = await deps.leases.acquire(deps.key, deps.worker);
        if (next) return next;
        await deps.leases.waitUntilFree(deps.key, stopping.signal);
      } catch (error) {
        if (stopping.signal.aborted) return undefined;
        deps.onProblem(error, 'claiming the storage for ourselves');
        await delay(AGAIN_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
    return undefined;
  }

  return {
    check: () => lease.lost.throwIfAborted(),
    pause: () => {
      stopping.abort();
      for (const each of current) each.pause();
    },
    stop: async (deadlineMs) => {
      stopping.abort();
      await watching.catch(() => undefined);
      await Promise.all(current.map((each) => each.stop(deadlineMs)));
      await lease.release();
    },
  };
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
