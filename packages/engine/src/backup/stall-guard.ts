import { HoldfastError } from '@holdfast/contracts';

/** What the source is doing while it sends nothing. `lock`: it waits for somebody, whom `detail` names. */
export type SourceActivity =
  { readonly state: 'active' | 'idle' } | { readonly state: 'lock'; readonly detail: string };

export type StallGuardOptions = {
  readonly stallTimeoutMs: number;
  /** How often the source is asked while it is silent [10 s]. */
  readonly lookEveryMs?: number;
  readonly activity: () => Promise<SourceActivity>;
  readonly onLockWait: (detail: string) => void;
};

/**
 * Passes `source` on and ends it when it stalls. Only the time that we wait for the source counts, never the time
 * that it waits for us. A source that is at work, or in the lock queue (which has a limit of its own), is no stall.
 */
export async function* guardAgainstStall(
  source: AsyncIterable<Uint8Array>,
  options: StallGuardOptions,
): AsyncGenerator<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await orStall(iterator.next(), options);
      if (next.done) return;
      yield next.value;
    }
  } finally {
    // Not awaited: a stalled source would never answer. Its owner ends the child, which ends the iterator.
    void iterator.return?.(undefined)?.catch(() => undefined);
  }
}

async function orStall<T>(next: Promise<T>, options: StallGuardOptions): Promise<T> {
  const { stallTimeoutMs, lookEveryMs = 10_000 } = options;
  let silentSince = performance.now();
  for (;;) {
    if (await settlesWithin(next, Math.min(lookEveryMs, stallTimeoutMs))) return next;
    const activity = await options.activity();
    if (activity.state === 'lock') options.onLockWait(activity.detail);
    if (activity.state !== 'idle') silentSince = performance.now();
    else if (performance.now() - silentSince >= stallTimeoutMs) {
      next.catch(() => undefined); // the stall is the error; what the child says while it is ended is its echo
      throw new HoldfastError(
        'stalled',
        `pg_dump sent nothing for ${Math.round(stallTimeoutMs / 1_000)} s and its session on the server is idle; check the network and the server's log.`,
      );
    }
  }
}

/** Without a timer left behind: a fast source asks a thousand times a second. */
const settlesWithin = (promise: Promise<unknown>, limitMs: number): Promise<boolean> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, limitMs, false).unref();
    const settled = (): void => {
      clearTimeout(timer);
      resolve(true);
    };
    promise.then(settled, settled);
  });
