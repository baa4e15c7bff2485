import type { Anomaly, BackupSummary } from '@holdfast/contracts';

export type Measured = Pick<
  BackupSummary,
  'type' | 'sizeBytes' | 'rawBytes' | 'durationMs' | 'compression' | 'encrypted'
> & { readonly rows: Readonly<Record<string, number>> };

/** Fewer than these say nothing of what is usual. */
const MIN_HISTORY = 3;
/** Below these a factor is noise: a small table may well double. */
const MIN_BYTES = 1024 ** 2;
const MIN_MS = 60_000;
const MIN_ROWS = 1_000;
/** How compressible content is hardly changes; encrypted content (ransomware) is not compressible at all. */
const RATIO_FACTOR = 1.5;

/**
 * What is far from the database's own last backups, by `factor` in either direction. Sizes and durations are compared among
 * backups of one type alone; rows and tables among all.
 */
export function judgeAnomalies(
  backup: Measured,
  history: readonly Measured[],
  factor: number,
): readonly Anomaly[] {
  if (history.length < MIN_HISTORY) return [];
  const alike = history.filter(({ type }) => type === backup.type);
  const packedAlike = alike.filter(({ compression }) => compression === backup.compression);
  return [
    ...compared(
      'size',
      backup.sizeBytes,
      packedAlike.map(({ sizeBytes }) => sizeBytes),
      factor,
      MIN_BYTES,
    ),
    ...compared(
      'raw-size',
      backup.rawBytes,
      history.map(({ rawBytes }) => rawBytes),
      factor,
      MIN_BYTES,
    ),
    ...compared(
      'duration',
      backup.durationMs,
      alike.map(({ durationMs }) => durationMs),
      factor,
      MIN_MS,
    ),
    ...ratioOf(backup, packedAlike),
    ...rowsOf(backup, history, factor),
    ...tablesGone(backup, history),
  ];
}

function compared(
  measure: Anomaly['measure'],
  value: number,
  before: readonly number[],
  factor: number,
  least: number,
): readonly Anomaly[] {
  if (before.length < MIN_HISTORY) return [];
  const usual = medianOf(before);
  if (Math.max(value, usual) < least) return [];
  return value > usual * factor || value < usual / factor ? [{ measure, value, usual }] : [];
}

/** Only a full holds all of its content; of others the share that is stored says what changed. */
function ratioOf(backup: Measured, alike: readonly Measured[]): readonly Anomaly[] {
  if (backup.type !== 'full' || backup.compression === 'none') return [];
  if (backup.rawBytes < MIN_BYTES || alike.length < MIN_HISTORY) return [];
  const ratio = ({ rawBytes, sizeBytes }: Measured): number =>
    Math.round((rawBytes / Math.max(1, sizeBytes)) * 100) / 100;
  const [value, usual] = [ratio(backup), medianOf(alike.map(ratio))];
  return value > usual * RATIO_FACTOR || value < usual / RATIO_FACTOR
    ? [{ measure: 'compression-ratio', value, usual }]
    : [];
}

function rowsOf(backup: Measured, history: readonly Measured[], factor: number): readonly Anomaly[] {
  return Object.entries(backup.rows).flatMap(([subject, value]) => {
    const before = history.flatMap(({ rows }) => (Object.hasOwn(rows, subject) ? [rows[subject] ?? 0] : []));
    return compared('rows', value, before, factor, MIN_ROWS).map((anomaly) => ({ ...anomaly, subject }));
  });
}

/** In each of the last ones, and no longer. */
function tablesGone(backup: Measured, history: readonly Measured[]): readonly Anomaly[] {
  const [newest] = history;
  const gone = Object.keys(newest?.rows ?? {}).filter(
    (table) => !Object.hasOwn(backup.rows, table) && history.every(({ rows }) => Object.hasOwn(rows, table)),
  );
  return gone.map((subject) => ({ measure: 'tables', subject, value: 0, usual: 1 }));
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[middle]];
  return (low + high) / 2;
}
