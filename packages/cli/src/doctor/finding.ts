import type { ErrorCode } from '@holdfast/contracts';

/** One thing that was looked at. `skipped`: it could not be, or makes no sense here. */
export type Finding = {
  /** Stable: `tools`, `repository`, `database`, … */
  readonly check: string;
  /** What it is about, where there are several: a database, a destination. */
  readonly subject?: string;
  readonly outcome: 'ok' | 'warning' | 'critical' | 'skipped';
  readonly detail: string;
  /** The command or the setting that mends it. */
  readonly mend?: string;
  /** Of critical ones: what the exit code is made from. */
  readonly code?: ErrorCode;
};

export const ok = (check: string, detail: string, subject?: string): Finding => ({
  check,
  ...(subject === undefined ? {} : { subject }),
  outcome: 'ok',
  detail,
});

const RANK = { ok: 0, skipped: 0, warning: 1, critical: 2 } as const;

/** The finding that decides the exit code: the first of the worst; undefined when nothing is wrong. */
export function worstOf(findings: readonly Finding[]): Finding | undefined {
  const [worst] = findings.toSorted((a, b) => RANK[b.outcome] - RANK[a.outcome]);
  return worst && RANK[worst.outcome] > 0 ? worst : undefined;
}
