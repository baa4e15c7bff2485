import type { StorageError } from './storage-error.ts';

export type RetryLimits = {
  /** Calls in all, the first included. */
  readonly tries: number;
  /** No call begins later than this after the first. */
  readonly totalMs: number;
  /** The longest wait before the second call; it doubles with each further one. */
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
};

export type RetryJudgement =
  | { readonly retry: true; readonly delayMs: number }
  | { readonly retry: false; readonly because: 'not_transient' | 'tries' | 'time' };

/**
 * Whether a call that failed is made again, and after how long: anything from nothing to the delay of its turn ("full
 * jitter"), so that many who failed at once do not come back at once. `random` is from 0 to below 1.
 */
export function judgeRetry(
  failure: Pick<StorageError, 'isTransient'> | undefined,
  {
    triesMade,
    elapsedMs,
    random,
  }: { readonly triesMade: number; readonly elapsedMs: number; readonly random: number },
  limits: RetryLimits,
): RetryJudgement {
  if (!failure?.isTransient) return { retry: false, because: 'not_transient' };
  if (triesMade >= limits.tries) return { retry: false, because: 'tries' };
  const delayMs = random * Math.min(limits.maxDelayMs, limits.firstDelayMs * 2 ** (triesMade - 1));
  if (elapsedMs + delayMs > limits.totalMs) return { retry: false, because: 'time' };
  return { retry: true, delayMs };
}
