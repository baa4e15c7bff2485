import type { RetryPolicy } from './judge-attempt.ts';

/** A single message that a receiver chokes on does not stop the others; three in a row mean that the receiver is away. */
const SEVERAL = 3;
const LONGEST_MS = 60_000;

/**
 * How long a whole channel rests after so many failures in a row. A channel that is away is asked with one message now and
 * then, instead of wearing out the attempts of all that wait.
 */
export function judgePause(
  failuresInARow: number,
  retryAfterMs: number | undefined,
  { firstDelayMs, longestDelayMs }: Pick<RetryPolicy, 'firstDelayMs' | 'longestDelayMs'>,
): number {
  if (retryAfterMs !== undefined) return Math.min(retryAfterMs, 10 * LONGEST_MS);
  if (failuresInARow < SEVERAL) return 0;
  return Math.min(LONGEST_MS, longestDelayMs, firstDelayMs * 2 ** Math.min(20, failuresInARow - SEVERAL));
}
