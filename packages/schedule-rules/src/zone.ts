const formats = new Map<string, Intl.DateTimeFormat>();
const MINUTE_MS = 60_000;
/** Further from a moment than any offset and any change of the date line. */
const DAY_MS = 86_400_000;

/**
 * A wall time is the reading of a clock on the wall of a zone, held as if that zone were UTC. Such numbers can be counted
 * and compared without a thought of daylight saving; only `instantsOf` and `wallOf` know about it.
 */
export type WallMs = number;

export function isZone(zone: string): boolean {
  try {
    formatOf(zone);
    return true;
  } catch {
    return false; // Intl has no other way to ask
  }
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    era: 'short',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(zone, format);
  return format;
}

/** What the clock on the wall shows at an instant. */
export function wallOf(zone: string, atMs: number): WallMs {
  if (zone === 'UTC') return atMs;
  const fields: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(atMs)) fields[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = fields;
  const belowSecond = ((atMs % 1_000) + 1_000) % 1_000;
  return Date.UTC(year, month - 1, day, hour, minute, second) + belowSecond;
}

const offsetAt = (zone: string, atMs: number): number => wallOf(zone, atMs) - atMs;

/**
 * When the wall shows a time: once, or twice in the fold when clocks go back. A time in the gap, when they go forward,
 * never comes; it stands for the first moment after the gap.
 */
export function instantsOf(zone: string, wallMs: WallMs): readonly [number, ...number[]] {
  if (zone === 'UTC') return [wallMs];
  const before = offsetAt(zone, wallMs - DAY_MS);
  const after = offsetAt(zone, wallMs + DAY_MS);
  const candidates = [...new Set([wallMs - before, wallMs - after])].sort((a, b) => a - b);
  const [first, second] = candidates.filter((atMs) => wallOf(zone, atMs) === wallMs);
  if (first !== undefined) return second === undefined ? [first] : [first, second];
  return [changeBetween(zone, Math.min(...candidates), Math.max(...candidates))];
}

/** The first moment of the offset that holds at `untilMs`; another one holds at `fromMs`. */
export function changeBetween(zone: string, fromMs: number, untilMs: number): number {
  const offset = offsetAt(zone, untilMs);
  let [low, high] = [fromMs, untilMs];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(zone, middle) === offset) high = middle;
    else low = middle;
  }
  return high;
}

/** Sunday is 0. */
export const weekdayOf = (wallMs: WallMs): number => new Date(wallMs).getUTCDay();
export const startOfDay = (wallMs: WallMs): WallMs => Math.floor(wallMs / DAY_MS) * DAY_MS;
export const minuteOfDay = (wallMs: WallMs): number => Math.floor((wallMs - startOfDay(wallMs)) / MINUTE_MS);
