/** Time, so that tests can play years in seconds. */
export type Clock = {
  /** Milliseconds since 1970, as the machine believes. It may jump both ways. */
  now(): number;
  /** Resolves after `delayMs`, or when `signal` aborts. */
  wait(delayMs: number, signal: AbortSignal): Promise<void>;
};

export const systemClock: Clock = {
  now: () => Date.now(),
  wait: (delayMs, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, delayMs);
      signal.addEventListener('abort', end, { once: true });
    }),
};
