const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** `0 B`, `999 B`, `1.5 MB`: decimal, as disks are sold. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${value.toFixed(digits)} ${UNITS[unit] ?? ''}`;
}

/** In the two largest units, as people say it: `45 s`, `3 min 20 s`, `14 h`, `2 d 3 h`. */
export function formatSpan(spanMs: number): string {
  const seconds = Math.round(spanMs / 1_000);
  if (spanMs < 1_000) return `${Math.max(0, Math.round(spanMs))} ms`;
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor((seconds % 86_400) / 3_600), 'h'],
    [Math.floor((seconds % 3_600) / 60), 'min'],
    [seconds % 60, 's'],
  ];
  const first = parts.findIndex(([amount]) => amount > 0);
  return parts
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount} ${unit}`)
    .join(' ');
}

/** `+12 %`, `-3 %`, `×4.2`: how a value stands to what was usual. */
export function formatChange(value: number, usual: number): string {
  if (usual <= 0) return value <= 0 ? 'as before' : 'nothing before';
  const ratio = value / usual;
  if (ratio >= 3) return `×${ratio.toFixed(1)}`;
  const percent = Math.round((ratio - 1) * 100);
  if (percent === 0) return 'as before';
  return `${percent > 0 ? '+' : ''}${percent} %`;
}

export const formatCount = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;

/** Cut at a length, and says so. */
export const cut = (text: string, limit: number): string =>
  text.length <= limit ? text : `${text.slice(0, Math.max(0, limit - 1))}…`;
