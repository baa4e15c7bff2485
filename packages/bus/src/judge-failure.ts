import { errorKinds, type Failure } from '@holdfast/contracts';

const FIRST_DELAY_MS = 1_000;
/** Longer waits help nobody: what is down for minutes is asked once a minute. */
const LONGEST_DELAY_MS = 60_000;

export type FailedDelivery = {
  readonly failure: Failure;
  readonly deliveryCount: number;
  readonly maxDeliveries: number;
  /** What the handler itself asked for with RetryLater. */
  readonly retryAfterMs?: number | undefined;
  /** 0 to 1: spreads what failed together, so that it does not come back together. */
  readonly jitter: number;
};

export type Judgement =
  { readonly verdict: 'retry'; readonly delayMs: number } | { readonly verdict: 'dead-letter' };

/**
 * What becomes of a message whose handler threw. `internal` is tried again although it is a defect: whatever no code
 * is known for may pass, and a message given up too early is worse than one tried too often.
 */
export function judgeFailure(failed: FailedDelivery): Judgement {
  if (failed.retryAfterMs !== undefined) {
    return { verdict: 'retry', delayMs: Math.max(0, failed.retryAfterMs) };
  }
  const mayPass = errorKinds[failed.failure.code].retryable || failed.failure.code === 'internal';
  if (!mayPass || failed.deliveryCount >= failed.maxDeliveries) return { verdict: 'dead-letter' };
  const fullMs = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(30, failed.deliveryCount - 1));
  return { verdict: 'retry', delayMs: Math.round(fullMs * (0.5 + failed.jitter / 2)) };
}
