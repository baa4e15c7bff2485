/** Room at a destination; absent where nobody knows, as with a bucket. */
export type Room = {
  readonly location: string;
  readonly freeBytes?: number | undefined;
  readonly totalBytes?: number | undefined;
  /** What our backups take there; known where there is a quota. */
  readonly ourBytes?: number | undefined;
};

export type SpaceLimits = {
  readonly criticalPercent: number;
  readonly quotaBytes?: number | undefined;
};

/** What is to be stored. */
export type Stored = 'backup' | 'copy';

/** Why about `needBytes` more would be too much, as a sentence; undefined: there is room, as far as is known. */
export function judgeSpace(
  needBytes: number,
  room: Room,
  limits: SpaceLimits,
  stored: Stored = 'backup',
): string | undefined {
  const told = judgeDisk(needBytes, room, limits.criticalPercent) ?? judgeQuota(needBytes, room, limits);
  return told && `The ${stored} will take about ${size(needBytes)} and ${told}. ${NEXT_STEP[stored]}`;
}

function judgeDisk(
  needBytes: number,
  { location, freeBytes, totalBytes }: Room,
  criticalPercent: number,
): string | undefined {
  if (freeBytes === undefined) return undefined;
  const what = `${location} has ${size(freeBytes)} free`;
  if (needBytes > freeBytes) return what;
  if (totalBytes === undefined || totalBytes === 0) return undefined;
  const percent = ((totalBytes - freeBytes + needBytes) / totalBytes) * 100;
  if (percent < criticalPercent) return undefined;
  return `${what} of ${size(totalBytes)}: it would be ${percent.toFixed(1)} % full, and ${criticalPercent} % is the limit (BACKUP_STORAGE_CRITICAL_PERCENT)`;
}

function judgeQuota(
  needBytes: number,
  { location, ourBytes }: Room,
  { quotaBytes }: SpaceLimits,
): string | undefined {
  if (quotaBytes === undefined || ourBytes === undefined || ourBytes + needBytes <= quotaBytes)
    return undefined;
  return `the backups in ${location} take ${size(ourBytes)} of the ${size(quotaBytes)} that they may (BACKUP_STORAGE_QUOTA)`;
}

const NEXT_STEP: Readonly<Record<Stored, string>> = {
  backup: 'Delete backups, make room, raise the limit, or ask again with force.',
  copy: 'Delete backups, make room there, or raise the limit; then it is copied.',
};

/** What an increment is compared with is as old as the last one; a database grows. */
const GROWTH = 1.25;

/**
 * What a backup will take: as much as the last one of its kind and somewhat more. Without one the database's own size, which
 * an unpacked dump hardly passes.
 */
export const estimateBackupBytes = (lastBytes: number | undefined, databaseBytes: number): number =>
  Math.ceil(lastBytes === undefined ? databaseBytes : lastBytes * GROWTH);

/** Sizes for people: three digits and a decimal unit. */
function size(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  return `${Number((bytes / 1_000 ** step).toPrecision(3))} ${units[step] ?? 'bytes'}`;
}
