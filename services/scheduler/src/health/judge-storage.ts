import type { StorageLevel } from './memory.ts';
import type { Check, Limits, StorageSign } from './signs.ts';

/** How far it must fall below a limit until it counts as below: what stands at the limit would warn at every change. */
const HYSTERESIS_PERCENT = 2;
const SOON_DAYS = 7;

/** The level that a destination has now, given the one it had. Rises at the limits, falls only well below them. */
export function judgeLevel(
  before: StorageLevel,
  usedPercent: number | undefined,
  limits: Pick<Limits, 'warnPercent' | 'criticalPercent'>,
): StorageLevel {
  if (usedPercent === undefined) return 'ok';
  const isAt = (limit: number, wasThere: boolean): boolean =>
    usedPercent >= limit - (wasThere ? HYSTERESIS_PERCENT : 0);
  if (isAt(limits.criticalPercent, before === 'critical')) return 'critical';
  return isAt(limits.warnPercent, before !== 'ok') ? 'warning' : 'ok';
}

/** Whether the step from one level to another is worth a warning: only upwards. */
export const risesTo = (before: StorageLevel, level: StorageLevel): 'warning' | 'critical' | undefined =>
  level !== 'ok' && RANK[level] > RANK[before] ? level : undefined;

const RANK: Readonly<Record<StorageLevel, number>> = { ok: 0, warning: 1, critical: 2 };

/** Each destination: whether anything can be stored, and how much room there is. */
export function judgeStorage(signs: readonly StorageSign[], limits: Limits): readonly Check[] {
  return signs.flatMap((sign) => [accessOf(sign), ...spaceOf(sign, limits)]);
}

function accessOf({ destination, failure }: StorageSign): Check {
  const subject = { check: 'storage.access', subject: destination };
  if (failure !== undefined) return { ...subject, outcome: 'critical', detail: failure };
  return { ...subject, outcome: 'ok', detail: 'Objects can be stored and removed.' };
}

function spaceOf(sign: StorageSign, limits: Limits): readonly Check[] {
  if (sign.failure !== undefined || sign.usedPercent === undefined) return [];
  const subject = { check: 'storage.space', subject: sign.destination };
  const detail = spaceDetail(sign, limits);
  const isSoon = sign.daysUntilFull !== undefined && sign.daysUntilFull < SOON_DAYS;
  return [{ ...subject, outcome: sign.level === 'ok' && isSoon ? 'warning' : sign.level, detail }];
}

/** As a sentence: how full, until when, and what to do. */
export function spaceDetail(
  { destination, usedPercent = 0, daysUntilFull, level }: StorageSign,
  { warnPercent, criticalPercent }: Pick<Limits, 'warnPercent' | 'criticalPercent'>,
): string {
  const until = daysUntilFull === undefined ? '' : `, full in ${daysUntilFull.toFixed(0)} days by the trend`;
  const full = `${destination} is ${usedPercent.toFixed(1)} % full${until}`;
  const isSoon = daysUntilFull !== undefined && daysUntilFull < SOON_DAYS;
  if (level === 'ok' && !isSoon) return `${full}.`;
  const limit = level === 'critical' ? criticalPercent : warnPercent;
  const why = level === 'ok' ? '' : ` (the limit is ${limit} %)`;
  return `${full}${why}; keep fewer backups, or make room.`;
}
