import type { BackupSummary, Envelope, EventData, EventType, RunRecord } from '@holdfast/contracts';

export const RUN = '0190b0a0-0000-7000-8000-000000000001';
export const SHA = 'ab'.repeat(32);

export const aBackup = (fields: Partial<BackupSummary> = {}): BackupSummary => ({
  name: 'app_20260101T000000Z_full_00000001',
  filename: 'app_20260101T000000Z_full_00000001.dump.zst',
  database: 'app',
  databaseName: 'App',
  type: 'full',
  trigger: 'manual',
  description: 'before update',
  run: RUN,
  attempt: 1,
  createdAt: '2026-01-01T00:00:05Z',
  durationMs: 63_500,
  sizeBytes: 1_000,
  rawBytes: 4_000,
  sha256: SHA,
  compression: 'zstd',
  encrypted: false,
  serverVersion: 150_018,
  tablesCount: 3,
  rowsCount: 42,
  warnings: [],
  ...fields,
});

export const aRecord = (fields: Partial<RunRecord> = {}): RunRecord => ({
  id: RUN,
  kind: 'backup',
  database: 'app',
  state: 'requested',
  attempt: 0,
  failures: 0,
  requestedAt: '2026-01-01T00:00:00Z',
  ...fields,
});

export function outcomeOf<T extends EventType>(type: T, data: EventData<T>, run = RUN): Envelope {
  return {
    specversion: '1.0',
    id: `${run}:${type}`,
    type,
    source: '/test',
    subject: run,
    time: '2026-01-01T00:01:05Z',
    datacontenttype: 'application/json',
    data,
  };
}
