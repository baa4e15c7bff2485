import { HoldfastError } from '@holdfast/contracts';

/** Runs `work` with a signal that also aborts after `limitMs` [never], with timed_out. */
export async function withinTime<T>(
  signal: AbortSignal,
  limitMs: number | undefined,
  message: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (limitMs === undefined) return work(signal);
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new HoldfastError('timed_out', message)), limitMs);
  try {
    return await work(AbortSignal.any([signal, late.signal]));
  } finally {
    clearTimeout(timer);
  }
}
