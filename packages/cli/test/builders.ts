import type { Backup, Progress, RestoreResult, Run, Status, ValidationResult } from '@holdfast/contracts';

export const RUN = '019ab12c-0000-7000-8000-00001a2b3c4d';
export const VALIDATION_RUN = '019ab12c-0000-8000-8000-00005e6f7a8b';

export const backup = (fields: Partial<Backup> = {}): Backup => ({
  name: 'toeic_20261124T155700Z_full_1a2b3c4d',
  filename: 'toeic_20261124T155700Z_full_1a2b3c4d.dump.zst',
  database: 'toeic',
  databaseName: 'toeic',
  type: 'full',
  trigger: 'manual',
  description: 'before the update',
  run: RUN,
  attempt: 1,
  createdAt: '2026-11-24T15:57:00.000Z',
  durationMs: 1_412,
  sizeBytes: 12_345_678,
  rawBytes: 50_123_456,
  sha256: 'ab'.repeat(32),
  compression: 'zstd',
  encrypted: false,
  serverVersion: 150_018,
  tablesCount: 31,
  rowsCount: 120_431,
  warnings: [],
  ...fields,
});

export const backups: readonly Backup[] = [
  backup({
    lastValidation: { at: '2026-11-24T15:58:00Z', level: 'restore', verdict: 'proven' },
    lastProvenAt: '2026-11-24T15:58:00Z',
  }),
  backup({
    filename: 'app_20261122T030000Z_full_77aa88bb.dump.zst',
    database: 'app',
    trigger: 'automatic',
    description: '',
    createdAt: '2026-11-22T03:00:00Z',
    sizeBytes: 4_812_000_000,
    lastValidation: { at: '2026-11-22T03:30:00Z', level: 'structure', verdict: 'valid' },
  }),
  backup({
    filename: 'toeic_20261024T120000Z_full_00ff00ff.dump.gz',
    trigger: 'migration',
    description: 'vor dem Umzug nach 東京, mit allem was dazugehört und noch etwas mehr als das',
    createdAt: '2026-10-24T12:00:00Z',
    sizeBytes: 812,
    lastValidation: { at: '2026-10-24T12:01:00Z', level: 'checksum', verdict: 'invalid' },
  }),
];

export const run = (fields: Partial<Run> = {}): Run => ({
  id: RUN,
  kind: 'backup',
  database: 'toeic',
  state: 'requested',
  attempt: 0,
  failures: 0,
  requestedAt: '2026-11-24T15:59:50.000Z',
  ...fields,
});

const over = {
  state: 'completed',
  attempt: 1,
  startedAt: '2026-11-24T15:59:51Z',
  endedAt: '2026-11-24T15:59:53Z',
} as const;

export const backedUp = (fields: Partial<Run> = {}): Run => run({ ...over, backup: backup(), ...fields });

export const validationResult = (fields: Partial<ValidationResult> = {}): ValidationResult => ({
  filename: backup().filename,
  name: backup().name,
  level: 'structure',
  verdict: 'valid',
  findings: [
    { check: 'structure', outcome: 'ok', detail: 'decoded to its end and parsed by pg_restore: 214 entries' },
  ],
  durationMs: 640,
  ...fields,
});

export const validated = (fields: Partial<ValidationResult> = {}, more: Partial<Run> = {}): Run =>
  run({ ...over, id: VALIDATION_RUN, kind: 'validation', validation: validationResult(fields), ...more });

export const drill: Partial<ValidationResult> = {
  level: 'restore',
  verdict: 'proven',
  durationMs: 3_210,
  findings: [
    {
      check: 'restore',
      outcome: 'ok',
      detail: 'restored into a scratch server in 2.9 s (own cluster, OS user postgres, no network)',
    },
    { check: 'rows', outcome: 'ok', detail: '31 tables, 120431 rows' },
    { check: 'schema', outcome: 'skipped', detail: 'made by pg_dump 14, read by 15: not compared' },
  ],
};

export const bad: Partial<ValidationResult> = {
  verdict: 'invalid',
  findings: [
    {
      check: 'structure',
      outcome: 'failed',
      detail: 'archive_truncated: the archive ends at byte 4096 of 12345678',
    },
  ],
};

export const restoreResult = (fields: Partial<RestoreResult> = {}): RestoreResult => ({
  filename: backup().filename,
  mode: 'swap',
  databaseName: 'toeic',
  durationMs: 3_210,
  tablesCount: 31,
  rowsCount: 120_431,
  previousDatabaseName: 'toeic_before_1a2b3c4d',
  keptUntil: '2026-11-25T16:00:30Z',
  safetyBackup: 'toeic_20261124T155950Z_full_9c8d7e6f.dump.zst',
  warnings: [],
  ...fields,
});

export const restored = (fields: Partial<RestoreResult> = {}): Run =>
  run({ ...over, kind: 'restore', restore: restoreResult(fields) });

export const failedRun = (fields: Partial<Run> = {}): Run =>
  run({
    ...over,
    state: 'failed',
    failures: 1,
    error: {
      code: 'server_unreachable',
      message:
        'PostgreSQL at db.example:5432 does not answer (connect ECONNREFUSED); check that it runs and that the address is right.',
    },
    ...fields,
  });

export const progress = (fields: Partial<Progress> = {}): Progress => ({
  run: RUN,
  phase: 'dumping',
  rawBytes: 24_100_000,
  storedBytes: 6_000_000,
  estimatedBytes: 50_100_000,
  bytesPerSecond: 42_000_000,
  at: '2026-11-24T15:59:52Z',
  ...fields,
});

export const status = (fields: Partial<Status> = {}): Status => ({
  at: '2026-11-24T16:00:00Z',
  health: {
    overall: 'warning',
    issues: [
      {
        severity: 'warning',
        message: 'app has no backup yet; make one with "backup-admin create --database app".',
      },
    ],
    checks: [
      { check: 'bus', outcome: 'ok', detail: 'connected' },
      { check: 'services.present', subject: 'backup-worker', outcome: 'ok', detail: '2 processes' },
      {
        check: 'backup.present',
        subject: 'app',
        outcome: 'warning',
        detail: 'app has no backup yet; make one with "backup-admin create --database app".',
      },
    ],
    watchedAt: '2026-11-24T15:59:30Z',
  },
  bus: { connected: true },
  history: { configured: true, available: true },
  schedules: [
    {
      id: 'nightly',
      description: 'every night',
      rule: 'daily at 03:00',
      timezone: 'Europe/Berlin',
      action: 'backup',
      database: '*',
      enabled: true,
      lastFiredAt: '2026-11-24T02:00:01Z',
      nextDueAt: '2026-11-25T02:00:00Z',
    },
  ],
  repository: {
    location: 'file:///srv/holdfast/backups',
    available: true,
    freeBytes: 21_000_000_000,
    usedPercent: 71,
    daysUntilFull: 40.5,
    backups: 12,
    sizeBytes: 148_148_136,
    unreadable: 0,
  },
  services: ['backup-worker', 'backup-worker', 'history', 'retention', 'validator'].map((service, index) => ({
    service,
    instance: `host-${1000 + index}-abcdef`,
    startedAt: '2026-11-24T12:00:00Z',
    release: '0.1.0',
    roles: service === 'backup-worker' ? ['backup', 'restore'] : [],
  })),
  databases: [
    { id: 'app', name: 'App Production', workers: 2, backups: 0, sizeBytes: 0 },
    {
      id: 'toeic',
      name: 'toeic',
      workers: 2,
      backups: 12,
      sizeBytes: 148_148_136,
      lastBackup: {
        filename: backup().filename,
        createdAt: backup().createdAt,
        sizeBytes: backup().sizeBytes,
      },
      lastProven: { filename: backup().filename, at: '2026-11-24T15:58:00Z' },
      nextDueAt: '2026-11-25T02:00:00Z',
    },
  ],
  activeRuns: [run({ state: 'running', attempt: 1, startedAt: '2026-11-24T15:59:51Z' })],
  configuration: {
    compression: 'zstd',
    compressionLevel: 6,
    validateAfterBackup: 'structure',
    validateBeforeRestore: true,
  },
  ...fields,
});
