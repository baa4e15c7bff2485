import type { RetryPolicy } from './deliver/judge-attempt.ts';

/** What no setting changes, and tests make short. */
export type Timing = Pick<RetryPolicy, 'firstDelayMs' | 'longestDelayMs'> & {
  /** Longer than any attempt takes: a mail server may be slow at each of its steps. */
  readonly claimMs: number;
  /** How often expectations, the outbox and the bus are looked at. */
  readonly watchEveryMs: number;
  readonly remindEveryMs: number;
  /** How long the bus may be away before it is told. */
  readonly busGraceMs: number;
  /** How long what happened meanwhile may take to be read when the bus is back. */
  readonly settleMs: number;
};

/** Ten attempts of 5 s, 15 s, 45 s, … at most an hour apart: about four hours in all. */
export const usualTiming: Timing = {
  firstDelayMs: 5_000,
  longestDelayMs: 3_600_000,
  claimMs: 120_000,
  watchEveryMs: 15_000,
  remindEveryMs: 60_000,
  busGraceMs: 120_000,
  settleMs: 30_000,
};
