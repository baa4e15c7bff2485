import type { BackupSummary, Envelope, EventData, EventType, RunId, Schedule } from '@holdfast/contracts';
import { makeEvent } from '@holdfast/runs';

/** A run's id that is easy to tell: `runId(7)` ends in 7. */
export const runId = (number: number): RunId => `01890000-0000-7000-8000-${String(number).padStart(12, '0')}`;

/** Minutes after the beginning of the day of these tests. */
export const at = (minute: number): string => new Date(Date.UTC(2026, 10, 24, 0, minute)).toISOString();

export function aBackup(number: number, overrides: Partial<BackupSummary> = {}): BackupSummary {
  const name = `app_20261124T000000Z_full_${String(number).padStart(8, '0')}`;
  return {
    name,
    filename: `${name}.dump.zst`,
    database: 'app',
    databaseName: 'App',
    type: 'full',
    trigger: 'manual',
    description: `number ${number}`,
    run: runId(number),
    attempt: 1,
    createdAt: at(number),
    durationMs: 1_500,
    sizeBytes: 1_000,
    rawBytes: 4_000,
    sha256: '0'.repeat(64),
    compression: 'zstd',
    encrypted: false,
    serverVersion: 150_018,
    tablesCount: 12,
    rowsCount: 3_400,
    warnings: ['a warning'],
    ...overrides,
  };
}

/** An event with an id and a time that are the same each time it is made. */
export function anEvent<T extends EventType>(
  type: T,
  run: number,
  minute: number,
  data: EventData<T>,
  database: string | undefined = 'app',
): Envelope {
  return makeEvent(type, {
    run: runId(run),
    source: '/holdfast/test',
    database,
    data,
    id: `${type}-${run}-${minute}`,
    time: new Date(at(minute)),
    correlationid: runId(run),
  });
}

const by = 'ann';
const worker = 'worker-1';
const error = { code: 'dump_failed', message: 'pg_dump ended with 1.' } as const;

/** A backup asked for, tried twice, made. */
export const backupStory = (run: number): readonly Envelope[] => [
  anEvent('backup.requested', run, run, {
    type: 'full',
    trigger: 'manual',
    description: `number ${run}`,
    by,
  }),
  anEvent('backup.started', run, run + 1, { attempt: 1, worker }),
  anEvent('backup.attempt_failed', run, run + 2, { attempt: 1, worker, error, retryInMs: 10 }),
  anEvent('backup.started', run, run + 3, { attempt: 2, worker: 'worker-2' }),
  anEvent('backup.completed', run, run + 4, { backup: aBackup(run, { attempt: 2 }), validate: 'restore' }),
];

export const validationStory = (run: number, backup: number): readonly Envelope[] => {
  const { name, filename } = aBackup(backup);
  return [
    anEvent('validation.requested', run, run, { filename, level: 'restore', by }),
    anEvent('validation.started', run, run + 1, { attempt: 1, worker, filename, level: 'restore' }),
    anEvent('validation.completed', run, run + 2, {
      name,
      filename,
      level: 'restore',
      verdict: 'proven',
      findings: [{ check: 'fingerprint', outcome: 'ok', detail: 'equal' }],
      durationMs: 900,
    }),
  ];
};

const aCopy = { backup: runId(10), filename: aBackup(10).filename, destination: 'offsite' } as const;
const restoreRequest = {
  mode: 'swap',
  safetyBackup: true,
  keepExtra: false,
  trustFile: false,
  withRoles: false,
  by,
} as const;

const schedule: Schedule = {
  id: 'nightly',
  description: '',
  rule: 'daily at 03:00',
  timezone: 'UTC',
  action: 'backup',
  database: '*',
  type: 'full',
  options: {},
  enabled: true,
  jitterMs: 0,
  blackouts: [],
  catchUp: 'once',
  overlap: 'skip',
  managedBy: 'api',
  createdAt: at(0),
  updatedAt: at(0),
  updatedBy: by,
};

/** Their subjects are names, not runs. */
const named = (envelope: Envelope, subject: string): Envelope => ({ ...envelope, subject });
const { name, filename } = aBackup(10);
const delivery = {
  delivery: 'd-1',
  route: 'all',
  channel: 'ops',
  kind: 'slack',
  about: 'backup.failed',
  attempts: 2,
} as const;

export const auditStory = (request: number, who = by): readonly Envelope[] => {
  const common = { action: 'createBackup', who, credential: 'token:1', address: '10.0.0.1', target: 'app' };
  const requestId = `request-${request}`;
  const asked = { ...common, outcome: 'asked', requestId, request: { database: 'app' } } as const;
  const done = { ...common, outcome: 'done', status: 202, requestId } as const;
  return [
    named(anEvent('audit.recorded', 1, request, asked, undefined), requestId),
    named(anEvent('audit.recorded', 2, request, done, undefined), requestId),
  ];
};

/** What the backup of the day is after it was given other recipients. */
export const rewrapped = {
  filename: `${name}.r2-0badcafe.dump.zst`,
  sizeBytes: 1_200,
  sha256: 'f'.repeat(64),
};

const pin = { name, reason: 'before the move', by, at: at(70) };
const besideTheRuns: readonly Envelope[] = [
  anEvent('backup.pinned', 80, 70, { name, pin, by }),
  anEvent('backup.unpinned', 80, 71, { name, by }),
  anEvent('backup.discovered', 81, 72, { filename: 'x.sql', key: 'app/x.sql', sizeBytes: 1 }),
  anEvent('backup.missing', 82, 73, { name, filename, breaks: ['another'] }),
  anEvent('backup.anomalous', 10, 74, {
    name,
    filename,
    anomalies: [{ measure: 'size', value: 1, usual: 1_000 }],
    message: `${filename} is far smaller than usual.`,
  }),
  anEvent('backup.repaired', 10, 75, { name, filename, from: 'offsite', to: 'primary', by: 'validator' }),
  anEvent('backup.rewrapped', 10, 75, { name, ...rewrapped }),
  named(anEvent('schedule.created', 0, 76, { schedule, by }, undefined), 'nightly'),
  named(anEvent('schedule.updated', 0, 77, { schedule, changed: ['rule'], by }, undefined), 'nightly'),
  anEvent('schedule.fired', 83, 78, { schedule: 'nightly', action: 'backup', dueAt: at(78), lateMs: 5 }),
  named(
    anEvent('schedule.missed', 0, 79, {
      schedule: 'nightly',
      action: 'backup',
      reason: 'late',
      count: 2,
      firstDueAt: at(1),
      lastDueAt: at(2),
      detail: 'nobody was there.',
    }),
    'nightly',
  ),
  named(anEvent('schedule.removed', 0, 80, { schedule: 'nightly', by }, undefined), 'nightly'),
  named(
    anEvent(
      'health.changed',
      0,
      81,
      { overall: 'critical', previous: 'healthy', problems: [], resolved: [] },
      undefined,
    ),
    'health',
  ),
  named(
    anEvent(
      'health.storage.warning',
      0,
      82,
      { destination: 'primary', severity: 'critical', message: 'The disk is full.' },
      undefined,
    ),
    'primary',
  ),
  named(
    anEvent(
      'health.service.lost',
      0,
      83,
      { service: 'validator', instance: 'v-1', lastSeenAt: at(80) },
      undefined,
    ),
    'v-1',
  ),
  named(anEvent('notification.sent', 0, 84, { ...delivery, durationMs: 12 }), 'd-1'),
  named(anEvent('notification.failed', 0, 85, { ...delivery, error }), 'd-1'),
  ...auditStory(86),
];

/** Everything that happens in a day, each event type once at least. */
export const aDay: readonly Envelope[] = [
  ...backupStory(10),
  ...validationStory(20, 10),
  anEvent('backup.requested', 11, 21, { type: 'full', trigger: 'nightly', description: '', by: 'scheduler' }),
  anEvent('backup.cancel_requested', 11, 22, { by, reason: 'too slow' }),
  anEvent('backup.cancelled', 11, 23, { by, reason: 'too slow' }),
  anEvent('backup.requested', 12, 24, { type: 'full', trigger: 'manual', description: '', by }),
  anEvent('backup.failed', 12, 25, { attempts: 3, error }),
  ...backupStory(13),
  anEvent('backup.delete_requested', 30, 30, { filename: aBackup(13).filename, by }),
  anEvent('backup.deleted', 30, 31, {
    filename: aBackup(13).filename,
    name: aBackup(13).name,
    freedBytes: 1_000,
    by,
  }),
  anEvent('backup.delete_requested', 31, 32, { filename: 'missing', by }),
  anEvent('backup.delete_failed', 31, 33, { attempts: 1, error }),
  anEvent('backup.copy_requested', 35, 34, { ...aCopy, by }),
  anEvent('backup.copied', 35, 35, { ...aCopy, sizeBytes: 1_000, durationMs: 90 }),
  anEvent('backup.copy_requested', 36, 36, { ...aCopy, by }),
  anEvent('backup.copy_failed', 36, 37, { attempts: 1, error, destination: 'offsite' }),
  anEvent('backup.copy_requested', 37, 38, { ...aCopy, by }),
  anEvent('backup.copy_cancelled', 37, 39, { by, destination: 'offsite' }),
  anEvent('restore.requested', 40, 40, { filename: aBackup(10).filename, ...restoreRequest }),
  anEvent('restore.started', 40, 41, { attempt: 1, worker, filename: aBackup(10).filename }),
  anEvent('restore.attempt_failed', 40, 42, { attempt: 1, worker, error, retryInMs: 1 }),
  anEvent('restore.completed', 40, 43, {
    filename: aBackup(10).filename,
    mode: 'swap',
    databaseName: 'App',
    durationMs: 700,
    tablesCount: 12,
    rowsCount: 3_400,
    previousDatabaseName: 'App_before',
    keptUntil: at(1_000),
    warnings: [],
  }),
  anEvent('restore.undo_requested', 50, 50, { restore: runId(40), by }),
  anEvent('restore.undone', 50, 51, { restore: runId(40), databaseName: 'App', detail: 'App is as before' }),
  anEvent('restore.undo_requested', 51, 52, { restore: runId(40), by }),
  anEvent('restore.failed', 51, 53, { attempts: 1, error }),
  anEvent('restore.requested', 41, 54, { filename: aBackup(10).filename, ...restoreRequest }),
  anEvent('restore.rolled_back', 41, 55, { databaseName: 'App', detail: 'App was not touched' }),
  anEvent('restore.failed', 41, 56, { attempts: 1, error }),
  anEvent('restore.requested', 42, 57, { filename: aBackup(10).filename, ...restoreRequest }),
  anEvent('restore.cancel_requested', 42, 58, { by }),
  anEvent('restore.cancelled', 42, 59, { by }),
  anEvent('validation.requested', 60, 60, { filename: 'x', level: 'checksum', by }),
  anEvent('validation.attempt_failed', 60, 61, { attempt: 1, worker, error, retryInMs: 1 }),
  anEvent('validation.failed', 60, 62, { attempts: 1, error }),
  anEvent('validation.requested', 61, 63, { filename: 'x', level: 'checksum', by }),
  anEvent('validation.cancelled', 61, 64, { by }),
  anEvent('retention.cleanup.requested', 70, 65, { force: false, by }),
  anEvent('retention.cleanup.planned', 70, 66, {
    database: 'app',
    at: at(66),
    policy: { timezone: 'UTC', minimumRedundancy: 1 },
    keep: [],
    remove: [],
    freesBytes: 0,
    unmet: [],
    keepCount: 3,
    removeCount: 1,
  }),
  anEvent('retention.cleanup.completed', 70, 67, { removed: [], freedBytes: 7, kept: 3, failures: [] }),
  anEvent('retention.cleanup.requested', 71, 68, { force: true, by }),
  anEvent('retention.cleanup.failed', 71, 69, { attempts: 1, error }),
  ...besideTheRuns,
];
