import type { Run } from '@holdfast/contracts';
import { formatBytes, formatSpan } from '../render/quantities.ts';
import { movesBytes, phaseLabel, type Step } from '../render/progress-line.ts';

/** A phase that is over: what it was, how much, how long. */
export function describePhase(last: Step, tookMs: number, next?: Step): string {
  // Progress comes now and then; what follows knows the totals.
  const { rawBytes, storedBytes } =
    next && !movesBytes(next.phase) && next.rawBytes > last.rawBytes ? next : last;
  const compresses = last.phase === 'dumping' || last.phase === 'safety-backup';
  // A dump's size is a guess beforehand, a backup's is known.
  const done = compresses ? rawBytes : Math.max(rawBytes, last.estimatedBytes ?? 0);
  const made =
    compresses && storedBytes > 0 && storedBytes < rawBytes ? ` → ${formatBytes(storedBytes)}` : '';
  const bytes = movesBytes(last.phase) && rawBytes > 0 ? `${formatBytes(done)}${made} in ` : '';
  return `${phaseLabel(last.phase).padEnd(18)}  ${bytes}${formatSpan(tookMs)}`;
}

/** What a person should hear of a change of state; undefined where it is nothing new. */
export function describeChange(before: Run | undefined, run: Run): string | undefined {
  const goesOn = run.state === 'requested' || run.state === 'running';
  if (goesOn && run.failures > (before?.failures ?? 0)) {
    return `attempt ${run.attempt} did not succeed; it is tried again`;
  }
  if (run.cancel && !before?.cancel) return 'asked to stop';
  return undefined;
}
