import type { Clock } from '../src/clock.ts';

/** A clock that stands until it is moved; any number of replicas share it. */
export function simulatedClock(startMs: number): Clock & { moveTo(nowMs: number): void } {
  let nowMs = startMs;
  const sleepers = new Set<{ readonly untilMs: number; readonly end: () => void }>();
  return {
    now: () => nowMs,
    wait: (delayMs, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const end = (): void => {
          sleepers.delete(sleeper);
          signal.removeEventListener('abort', end);
          resolve();
        };
        const sleeper = { untilMs: nowMs + delayMs, end };
        sleepers.add(sleeper);
        signal.addEventListener('abort', end, { once: true });
        // Nothing may spin without letting others run.
        if (delayMs <= 0) setImmediate(end);
      }),
    moveTo: (atMs) => {
      // Who sleeps through a jump backwards wakes too: real timers do not follow the clock on the wall.
      const isBack = atMs < nowMs;
      nowMs = atMs;
      for (const sleeper of sleepers) if (isBack || sleeper.untilMs <= nowMs) sleeper.end();
    },
  };
}
