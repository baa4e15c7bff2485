import type { Run } from '@holdfast/contracts';
import { formatBytes, formatSpan } from '../render/quantities.ts';
import { phaseLabel, type Step } from '../render/progress-line.ts';

/** A phase that is over: what it was, how much, how long. */
export function describePhase(last: Step, tookMs: number): string {
  const { rawBytes, storedBytes } = last;
  const made = storedBytes > 0 && storedBytes < rawBytes ? ` → ${formatBytes(storedBytes)}` : '';
  const bytes = rawBytes > 0 ? `${formatBytes(rawBytes)}${made} in ` : '';
  return `${phaseLabel(last.phase).padEnd(18)}  ${bytes}${formatSpan(tookMs)}`;
}

/** What a person should hear of a change of state; undefined where it is nothing new. */
export function describeChange(before: Run | undefined, run: Run): string | undefined {
  if (run.failures > (before?.failures ?? 0) && run.state !== 'failed') {
    return `attempt ${run.attempt} did not succeed; it is tried again`;
  }
  if (run.cancel && !before?.cancel) return 'asked to stop';
  return undefined;
}
