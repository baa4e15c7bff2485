import type { Failure } from '@holdfast/contracts';

export type RetryPolicy = {
  readonly maxAttempts: number;
  /** Doubled three times over with each attempt, up to the longest. */
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
};

export type FailedAttempt = {
  readonly failure: Failure;
  /** The failed one included. */
  readonly attempts: number;
  readonly retryAfterMs: number | undefined;
  /** 0 to 1. */
  readonly jitter: number;
};

export type AttemptJudgement =
  { readonly verdict: 'again'; readonly delayMs: number } | { readonly verdict: 'dead' };

/** What becomes of a message that was not taken. What the receiver asked for is the least wait; jitter only adds to it. */
export function judgeAttempt(failed: FailedAttempt, policy: RetryPolicy): AttemptJudgement {
  const isPermanent = failed.failure.code === 'delivery_refused' || failed.failure.code === 'target_refused';
  if (isPermanent || failed.attempts >= policy.maxAttempts) return { verdict: 'dead' };
  const fullMs = Math.min(
    policy.longestDelayMs,
    policy.firstDelayMs * 3 ** Math.min(20, failed.attempts - 1),
  );
  const ownMs = fullMs * (0.5 + failed.jitter / 2);
  const askedMs = failed.retryAfterMs === undefined ? 0 : failed.retryAfterMs * (1 + failed.jitter / 10);
  return { verdict: 'again', delayMs: Math.round(Math.max(ownMs, askedMs)) };
}
