import { formatBytes, formatChange, formatSpan } from './format.ts';
import type { Earlier } from './context.ts';

const COMPARED = 5;

/** A backup against the median of the last ones of its type; undefined where there are none. */
export function describeChange(backup: Earlier, earlier: readonly Earlier[]): string | undefined {
  const before = earlier
    .filter(
      (each) => each.run !== backup.run && each.type === backup.type && each.createdAt < backup.createdAt,
    )
    .toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1))
    .slice(0, COMPARED);
  if (before.length === 0) return undefined;
  const size = median(before.map((each) => each.sizeBytes));
  const duration = median(before.map((each) => each.durationMs));
  const against = before.length === 1 ? 'the last one' : `the last ${before.length}`;
  return (
    `size ${formatChange(backup.sizeBytes, size)} (${formatBytes(size)}), ` +
    `duration ${formatChange(backup.durationMs, duration)} (${formatSpan(duration)}) against ${against}`
  );
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}
