/** Long enough for a waiting message to be with another replica, and short enough to bring little back. */
const FORGOTTEN_AFTER_MS = 3_600_000;

/** The messages that a consumer of ours took and that are not over: what a lost durable must deliver again. */
export interface Unsettled {
  taken(sequence: number): void;
  settled(sequence: number): void;
  /** Given back for later. Another replica may get and settle it, of which nobody tells us: it is forgotten in time. */
  returned(sequence: number, delayMs: number): void;
  /** Where a new durable begins; undefined while nothing was taken. */
  nextSequence(): number | undefined;
}

export function trackUnsettled(now: () => number = performance.now.bind(performance)): Unsettled {
  const forgetAt = new Map<number, number>();
  let last: number | undefined;
  return {
    taken: (sequence) => {
      forgetAt.set(sequence, Infinity);
      last = Math.max(last ?? 0, sequence);
    },
    settled: (sequence) => void forgetAt.delete(sequence),
    returned: (sequence, delayMs) => {
      for (const [each, at] of forgetAt) if (at <= now()) forgetAt.delete(each);
      forgetAt.set(sequence, now() + delayMs + FORGOTTEN_AFTER_MS);
    },
    nextSequence: () => {
      if (last === undefined) return undefined;
      const open = [...forgetAt].filter(([, at]) => at > now()).map(([sequence]) => sequence);
      return open.reduce((least, sequence) => Math.min(least, sequence), last + 1);
    },
  };
}
