import { errorKinds, isTerminal, type Failure, type RunRecord } from '@holdfast/contracts';

export type Step =
  /** The run is over: publish its recorded outcome again. */
  | { readonly step: 'republish' }
  | { readonly step: 'cancel'; readonly by: string; readonly reason?: string | undefined }
  /** Begin the next attempt; `failures` counts a predecessor that died while running. */
  | { readonly step: 'begin'; readonly attempt: number; readonly failures: number }
  | { readonly step: 'give-up'; readonly failure: Failure; readonly failures: number };

/**
 * Nobody still waits for a request this old. Without the limit, a consumer that lost its place in the stream would do
 * last year's restores again, as their records are gone by then.
 */
const MAX_REQUEST_AGE_MS = 7 * 86_400_000;

/** What a worker that holds the lease does with the run. A record still `running` means that its worker died. */
export function decideStep(record: RunRecord, maxRetries: number, ageMs: number): Step {
  if (isTerminal(record.state)) return { step: 'republish' };
  if (record.cancel) return { step: 'cancel', by: record.cancel.by, reason: record.cancel.reason };
  if (record.attempt === 0 && ageMs > MAX_REQUEST_AGE_MS) {
    const message = `The request is from ${record.requestedAt} and nobody began it since; ask again if it is still wanted.`;
    return { step: 'give-up', failures: 0, failure: { code: 'timed_out', message } };
  }
  const failures = record.failures + (record.state === 'running' ? 1 : 0);
  if (failures > maxRetries) {
    const message = `The work was begun ${record.attempt} times and its process died or failed ${failures} times; look at the workers' logs for memory or crashes, then ask again.`;
    return { step: 'give-up', failures, failure: { code: 'worker_lost', message } };
  }
  return { step: 'begin', attempt: record.attempt + 1, failures };
}

export type AttemptVerdict =
  { readonly verdict: 'retry'; readonly delayMs: number } | { readonly verdict: 'fail' };

/** Whether a failed attempt is worth another: only what may pass by itself is, and only `maxRetries` times. */
export function judgeAttempt(
  failure: Failure,
  failuresSoFar: number,
  policy: { readonly maxRetries: number; readonly retryWaitMs: number },
): AttemptVerdict {
  const mayPass = errorKinds[failure.code].retryable;
  return mayPass && failuresSoFar <= policy.maxRetries
    ? { verdict: 'retry', delayMs: policy.retryWaitMs }
    : { verdict: 'fail' };
}

/**
 * Deliveries of one request before the bus takes it for poison. Attempts are bounded by the run's own record; this
 * leaves room for drains and lost connections on top.
 */
export const deliveriesFor = (maxRetries: number): number => maxRetries + 50;

/** No wait at a gate is shorter. */
const SHORTEST_WAIT_MS = 250;

/**
 * The same for runs that wait at a gate: each look is a delivery, and waiting is no failure. A request that nobody began
 * for a week is given up, which bounds the looks; what kills its worker is bounded by the run's own record.
 */
export const deliveriesWhileWaiting = (maxRetries: number): number =>
  deliveriesFor(maxRetries) + Math.ceil(MAX_REQUEST_AGE_MS / SHORTEST_WAIT_MS);
