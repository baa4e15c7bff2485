import type { EventData, EventType } from '@holdfast/contracts';
import { otherExamples } from './other-examples.ts';

const worker = 'worker-1-4242-a1b2c3';
const by = 'token:admin';
const RUN = '019acdd0-3f2a-7c3e-9a51-7d3f0c2b1a90';

const unreachable = {
  code: 'server_unreachable',
  message:
    'The PostgreSQL server at db.example:5432 does not answer: connection refused; check that it runs.',
} as const;
const full = {
  code: 'storage_full',
  message: 'The destination offsite has no space left: free some, or take less.',
} as const;

/** Data of every type; the compiler asks for new ones. */
export const exampleData = (database: string): { readonly [T in EventType]: EventData<T> } => {
  const name = `${database}_20260301T030000Z_full_0c2b1a90`;
  const filename = `${name}.dump.zst`;
  return {
    'backup.requested': { type: 'full', trigger: 'manual', description: '', by },
    'backup.cancel_requested': { by, reason: 'a test' },
    'backup.started': { attempt: 1, worker, estimatedBytes: 2e9 },
    'backup.attempt_failed': { attempt: 1, worker, error: unreachable, retryInMs: 30_000 },
    'backup.completed': {
      backup: {
        name,
        filename,
        database,
        databaseName: database,
        type: 'full',
        trigger: 'automatic',
        description: 'nightly',
        run: RUN,
        attempt: 1,
        createdAt: '2026-03-01T03:00:00.000Z',
        durationMs: 245_000,
        sizeBytes: 1_234_567_890,
        rawBytes: 5_000_000_000,
        sha256: 'a'.repeat(64),
        compression: 'zstd',
        encrypted: true,
        serverVersion: 150018,
        tablesCount: 42,
        rowsCount: 1_234_567,
        warnings: [],
      },
      schedule: 'nightly',
    },
    'backup.failed': { attempts: 4, error: unreachable },
    'backup.cancelled': { by, reason: 'maintenance' },
    'backup.delete_requested': { filename, by },
    'backup.deleted': { filename, name, freedBytes: 1_234_567_890, by },
    'backup.delete_failed': { attempts: 4, error: full },
    'backup.copy_requested': { backup: RUN, filename, destination: 'offsite', by },
    'backup.copied': {
      backup: RUN,
      filename,
      destination: 'offsite',
      sizeBytes: 1_234_567_890,
      durationMs: 61_000,
    },
    'backup.copy_failed': { attempts: 4, error: full, destination: 'offsite' },
    'backup.copy_cancelled': { by, destination: 'offsite' },
    'backup.upload_received': {
      filename: 'old.sql',
      sizeBytes: 4_200_000,
      description: 'from the old system',
      by,
    },
    'backup.pinned': {
      name,
      pin: { reason: 'before the migration', by, at: '2026-03-01T03:04:05.000Z' },
      by,
    },
    'backup.unpinned': { name, by },
    'backup.discovered': { filename: 'old.sql', key: `${database}/old.sql`, sizeBytes: 4_200_000 },
    'backup.missing': {
      name,
      filename,
      destination: 'primary',
      breaks: [`${database}_20260302T030000Z_incremental_1a2b3c4d`],
    },
    'backup.anomalous': {
      name,
      filename,
      anomalies: [
        { measure: 'rows', subject: 'public.users', value: 12, usual: 48_211 },
        { measure: 'size', value: 12_000_000, usual: 1_230_000_000 },
      ],
      message: 'public.users has 12 rows, usually about 48,211',
    },
    'backup.repaired': { name, filename, from: 'offsite', to: 'primary', by: 'validator' },
    'backup.rewrapped': { name, filename, sizeBytes: 1_234_567_890, sha256: 'c0ffee'.repeat(10) + 'c0de' },
    'restore.requested': {
      filename,
      mode: 'swap',
      safetyBackup: true,
      keepExtra: false,
      withRoles: false,
      trustFile: false,
      by,
    },
    'restore.cancel_requested': { by },
    'restore.undo_requested': { restore: RUN, by },
    'restore.started': { attempt: 1, worker, filename },
    'restore.attempt_failed': { attempt: 1, worker, error: unreachable, retryInMs: 30_000 },
    'restore.completed': {
      filename,
      mode: 'swap',
      databaseName: database,
      durationMs: 312_000,
      tablesCount: 42,
      rowsCount: 1_234_567,
      previousDatabaseName: `${database}_before_0c2b1a90`,
      keptUntil: '2026-03-02T03:04:05.000Z',
      safetyBackup: `${database}_20260301T025900Z_full_7d3f0c2b.dump.zst`,
      warnings: [],
    },
    'restore.failed': {
      attempts: 1,
      error: {
        code: 'restore_failed',
        message: 'PostgreSQL: extension "vector" is not available; install it on the server.',
      },
    },
    'restore.cancelled': { by, reason: 'wrong backup' },
    'restore.rolled_back': { databaseName: database, detail: 'the new database was dropped' },
    'restore.undone': { restore: RUN, databaseName: database, detail: 'the previous content is live again' },
    'validation.requested': { filename, level: 'structure', by },
    'validation.started': { attempt: 1, worker, filename, level: 'restore' },
    'validation.attempt_failed': { attempt: 1, worker, error: unreachable, retryInMs: 30_000 },
    'validation.completed': {
      filename,
      name,
      level: 'restore',
      verdict: 'proven',
      findings: [{ check: 'rows', outcome: 'ok', detail: '42 tables are the same' }],
      durationMs: 180_000,
    },
    'validation.failed': {
      attempts: 4,
      error: {
        code: 'drill_unavailable',
        message: 'No scratch server could be started: initdb was not found.',
      },
    },
    'validation.cancelled': { by },
    ...otherExamples(database, name, filename),
  };
};
