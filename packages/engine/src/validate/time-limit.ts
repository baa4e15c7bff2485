import { HoldfastError } from '@holdfast/contracts';

/** A limit whose time begins later than the work does. */
export type TimeLimit = {
  /** The outer signal; also aborts with drill_timed_out when the time is over. */
  readonly signal: AbortSignal;
  begin(): void;
  end(): void;
};

/** `limitMs` [never] counts from `begin`. */
export function timeLimit(outer: AbortSignal, limitMs: number | undefined, message: string): TimeLimit {
  const late = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  return {
    signal: AbortSignal.any([outer, late.signal]),
    begin: () => {
      if (limitMs === undefined) return;
      timer ??= setTimeout(() => late.abort(new HoldfastError('drill_timed_out', message)), limitMs);
    },
    end: () => clearTimeout(timer),
  };
}
