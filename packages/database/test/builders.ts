import type { BackupSummary, Envelope, RunId, ValidationResult } from '@holdfast/contracts';
import type { HistoryDatabase, HistoryTransaction } from '../src/connection/connect-database.ts';

/** A run's id that is easy to tell: `runId(7)` ends in 7. */
export const runId = (number: number): RunId => `01890000-0000-7000-8000-${String(number).padStart(12, '0')}`;

/** Minutes after the beginning of the day of these tests. */
export const at = (minute: number): string => new Date(Date.UTC(2026, 10, 24, 0, minute)).toISOString();

export function aBackup(number: number, overrides: Partial<BackupSummary> = {}): BackupSummary {
  const name = `app_20261124T00${String(number).padStart(2, '0')}00Z_full_0000000${number}`;
  return {
    name,
    filename: `${name}.dump.zst`,
    database: 'app',
    databaseName: 'App',
    type: 'full',
    trigger: 'manual',
    description: '',
    run: runId(number),
    attempt: 1,
    createdAt: at(number),
    durationMs: 1_500,
    sizeBytes: 1_000 * number,
    rawBytes: 4_000 * number,
    sha256: '0'.repeat(64),
    compression: 'zstd',
    encrypted: false,
    serverVersion: 150_018,
    tablesCount: 12,
    rowsCount: 3_400,
    warnings: [],
    ...overrides,
  };
}

export const anEnvelope = (type: string, run: RunId, data: unknown): Envelope => ({
  specversion: '1.0',
  id: `${type}-${run}`,
  type,
  source: '/holdfast/test',
  subject: run,
  time: at(0),
  datacontenttype: 'application/json',
  data,
});

export const aResult = (
  backup: BackupSummary,
  overrides: Partial<ValidationResult> = {},
): ValidationResult => ({
  name: backup.name,
  filename: backup.filename,
  level: 'structure',
  verdict: 'valid',
  findings: [{ check: 'sha256', outcome: 'ok', detail: 'as in the manifest' }],
  durationMs: 20,
  ...overrides,
});

export const within = <T>(db: HistoryDatabase, work: (tx: HistoryTransaction) => Promise<T>): Promise<T> =>
  db.transaction().execute(work);
