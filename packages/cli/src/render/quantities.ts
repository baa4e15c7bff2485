const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** `812 B`, `4.2 MB`, `148 MB`: powers of 1000, two or three digits. */
export function formatBytes(bytes: number): string {
  let value = Math.max(0, bytes);
  let unit = 0;
  // 999.5 would be shown as 1000
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  const digits = unit > 0 && value < 99.95 ? 1 : 0;
  return `${value.toFixed(digits)} ${UNITS[unit]}`;
}

/** `31.2 of 50.1 MB`: both in the larger one's unit. */
export function formatBytesOf(part: number, whole: number): string {
  const [amount = '', unit = ''] = formatBytes(whole).split(' ');
  const scale = 1_000 ** UNITS.indexOf(unit as (typeof UNITS)[number]); // formatBytes writes one of them
  const digits = amount.includes('.') ? 1 : 0;
  return `${(Math.max(0, part) / scale).toFixed(digits)} of ${amount} ${unit}`;
}

/** `840 ms`, `1.4 s`, `42 s`, `2 min 5 s`, `1 h 4 min`, `3 days 2 h`. */
export function formatSpan(spanMs: number): string {
  const ms = Math.max(0, Math.round(spanMs));
  if (ms < 1_000) return `${ms} ms`;
  if (ms < 9_950) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return both(minutes, 'min', seconds % 60, 's');
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return both(hours, 'h', minutes % 60, 'min');
  const days = Math.floor(hours / 24);
  return both(days, days === 1 ? 'day' : 'days', hours % 24, 'h');
}

const both = (large: number, largeUnit: string, small: number, smallUnit: string): string =>
  `${large} ${largeUnit}${small === 0 ? '' : ` ${small} ${smallUnit}`}`;

const DAY_MS = 86_400_000;

/** `just now`, `42 s ago`, `3 min ago`, `5 h ago`, `12 days ago`, then the date; `in 3 h` for what is to come. */
export function formatAge(timestamp: string, nowMs: number): string {
  const ageMs = nowMs - Date.parse(timestamp);
  const span = Math.abs(ageMs);
  if (span < 5_000) return 'just now';
  if (span >= 60 * DAY_MS) return timestamp.slice(0, 10);
  if (ageMs >= 0) return `${roughly(span)} ago`;
  // Rounded up: what is kept for a day is not gone "in 23 h" a second later.
  return `in ${roughly(span < 60_000 ? span : Math.ceil(span / 60_000) * 60_000)}`;
}

function roughly(ms: number): string {
  if (ms < 60_000) return `${Math.floor(ms / 1_000)} s`;
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)} min`;
  if (ms < DAY_MS) return `${Math.floor(ms / 3_600_000)} h`;
  const days = Math.floor(ms / DAY_MS);
  return days === 1 ? '1 day' : `${days} days`;
}

/** `120,431`, of a whole number. Not by `toLocaleString`, whose tables take 20 ms to load. */
export const formatCount = (count: number): string => String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');

/** `1 backup`, `12 backups`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;
