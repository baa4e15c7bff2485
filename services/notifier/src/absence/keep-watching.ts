import type { Outbox } from '../outbox/outbox.ts';
import type { Timing } from '../timing.ts';
import { watchOnce, type WatchDependencies } from './watch.ts';
import { watchBus, type WatchBusDependencies } from './watch-bus.ts';

export type WatchTiming = Pick<Timing, 'watchEveryMs' | 'busGraceMs' | 'settleMs'> & {
  /** False where schedules do not fire at all. */
  readonly isExpecting: boolean;
};

/** The timer of its own that needs nobody else: expectations, the bus, and what waits in the outbox. */
export function keepWatching(
  deps: WatchBusDependencies,
  outbox: Outbox,
  timing: WatchTiming,
): { stop(): Promise<void> } {
  let wasConnected = deps.isCurrent() !== undefined;
  let sinceMs = deps.now().getTime();
  let going = Promise.resolve();

  /** After the bus came back, what happened meanwhile is on its way to the memory. */
  const isSettled = (): boolean => deps.now().getTime() - sinceMs >= timing.settleMs;
  const settled: WatchDependencies = {
    ...deps,
    isCurrent: () => (deps.isCurrent() === true && !isSettled() ? false : deps.isCurrent()),
  };

  async function look(): Promise<void> {
    const isConnected = deps.isCurrent() !== undefined;
    if (isConnected !== wasConnected) {
      wasConnected = isConnected;
      sinceMs = deps.now().getTime();
    }
    await watchBus(deps, sinceMs, timing.busGraceMs);
    if (timing.isExpecting) await watchOnce(settled);
  }

  const timer = setInterval(() => {
    going = going
      .then(look)
      .catch((error: unknown) => deps.onProblem(error, 'watching what is expected'))
      // Not awaited: a receiver that hangs must not stop the watch.
      .then(
        () => void outbox.work().catch((error: unknown) => deps.onProblem(error, 'working on the outbox')),
      );
  }, timing.watchEveryMs);
  return {
    stop: async () => {
      clearInterval(timer);
      await going;
    },
  };
}
