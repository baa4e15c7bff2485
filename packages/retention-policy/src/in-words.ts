import { formatDuration } from '@holdfast/contracts';

const DAY_MS = 86_400_000;

/** `30 days` where it is whole days, else as Go writes it. */
export function durationInWords(durationMs: number): string {
  const days = durationMs / DAY_MS;
  if (durationMs === 0 || !Number.isInteger(days)) return formatDuration(durationMs);
  return days === 1 ? '1 day' : `${days} days`;
}

/** `1.5 GB`. */
export function bytesInWords(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;
  const power = bytes < 1_000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${Number((bytes / 1_000 ** power).toFixed(1))} ${units[power] ?? 'B'}`;
}
