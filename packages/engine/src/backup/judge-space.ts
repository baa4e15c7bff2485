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

/** Why a backup of about `needBytes` would be too much, as a sentence; undefined: there is room, as far as is known. */
export function judgeSpace(needBytes: number, room: Room, limits: SpaceLimits): string | undefined {
  return judgeDisk(needBytes, room, limits.criticalPercent) ?? judgeQuota(needBytes, room, limits);
}

function judgeDisk(
  needBytes: number,
  { location, freeBytes, totalBytes }: Room,
  criticalPercent: number,
): string | undefined {
  if (freeBytes === undefined) return undefined;
  const what = `The backup will take about ${size(needBytes)} and ${location} has ${size(freeBytes)} free`;
  if (needBytes > freeBytes) return `${what}. ${NEXT_STEP}`;
  if (totalBytes === undefined || totalBytes === 0) return undefined;
  const percent = ((totalBytes - freeBytes + needBytes) / totalBytes) * 100;
  if (percent < criticalPercent) return undefined;
  return `${what} of ${size(totalBytes)}: it would be ${percent.toFixed(1)} % full, and ${criticalPercent} % is the limit (BACKUP_STORAGE_CRITICAL_PERCENT). ${NEXT_STEP}`;
}

function judgeQuota(
  needBytes: number,
  { location, ourBytes }: Room,
  { quotaBytes }: SpaceLimits,
): string | undefined {
  if (quotaBytes === undefined || ourBytes === undefined || ourBytes + needBytes <= quotaBytes)
    return undefined;
  return `The backup will take about ${size(needBytes)} and the backups in ${location} take ${size(ourBytes)} of the ${size(quotaBytes)} that they may (BACKUP_STORAGE_QUOTA). ${NEXT_STEP}`;
}

const NEXT_STEP = 'Delete backups, make room, raise the limit, or ask again with force.';

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
