import type { EventData, EventType } from '@holdfast/contracts';

const by = 'token:admin';
const at = '2026-03-01T03:00:00.000Z';

type Others = Extract<
  EventType,
  | `retention.${string}`
  | `schedule.${string}`
  | `health.${string}`
  | `notification.${string}`
  | `audit.${string}`
>;

/** Retention, schedules, health and people. */
export const otherExamples = (
  database: string,
  name: string,
  filename: string,
): { readonly [T in Others]: EventData<T> } => ({
  'retention.cleanup.requested': { force: false, by },
  'retention.cleanup.planned': {
    database,
    at,
    policy: { maxAgeMs: 2_592_000_000, timezone: 'UTC', minimumRedundancy: 1 },
    keep: [],
    remove: [{ name, filename, createdAt: at, sizeBytes: 1_234_567_890, because: 'older than 30 d' }],
    freesBytes: 1_234_567_890,
    unmet: [],
    keepCount: 30,
    removeCount: 1,
  },
  'retention.cleanup.completed': {
    removed: [{ name, filename, sizeBytes: 1_234_567_890 }],
    freedBytes: 1_234_567_890,
    kept: 30,
    failures: [],
  },
  'retention.cleanup.failed': {
    attempts: 4,
    error: { code: 'storage_failed', message: 'The destination primary answers 500; look at its own log.' },
  },
  'schedule.created': { schedule: schedule(database), by },
  'schedule.updated': { schedule: schedule(database), changed: ['rule'], by },
  'schedule.removed': { schedule: 'nightly', by },
  'schedule.fired': { schedule: 'nightly', action: 'backup', dueAt: at, lateMs: 0 },
  'schedule.missed': {
    schedule: 'nightly',
    action: 'backup',
    reason: 'late',
    count: 3,
    firstDueAt: '2026-02-26T03:00:00.000Z',
    lastDueAt: '2026-02-28T03:00:00.000Z',
    detail: 'no scheduler ran between 2026-02-26 and 2026-03-01',
  },
  'health.changed': {
    overall: 'warning',
    previous: 'healthy',
    problems: [
      {
        check: 'backup.age',
        subject: database,
        severity: 'warning',
        message: `The last backup of ${database} is 31 h old; take one now.`,
      },
    ],
    resolved: [],
  },
  'health.storage.warning': {
    destination: 'primary',
    severity: 'warning',
    usedPercent: 83,
    freeBytes: 17_000_000_000,
    daysUntilFull: 9,
    message: 'It grows by 1.9 GB a day.',
  },
  'health.service.lost': { service: 'backup-worker', instance: 'worker-1-4242-a1b2c3', lastSeenAt: at },
  'notification.sent': {
    delivery: 'slack_0123456789abcdef01234567',
    route: 'failures',
    channel: 'slack',
    kind: 'slack',
    about: 'backup.failed',
    attempts: 1,
    durationMs: 240,
  },
  'notification.failed': {
    delivery: 'pager_0123456789abcdef01234567',
    route: 'failures',
    channel: 'pager',
    kind: 'webhook',
    about: 'backup.failed',
    attempts: 10,
    error: {
      code: 'delivery_refused',
      message: 'the webhook pager at pager.example refused the message: it answered 404; check its URL.',
    },
  },
  'audit.recorded': {
    action: 'createBackup',
    who: 'admin',
    credential: 'token:admin',
    address: '127.0.0.1',
    outcome: 'done',
    requestId: 'req-1',
  },
});

const schedule = (database: string): EventData<'schedule.created'>['schedule'] => ({
  id: 'nightly',
  description: '',
  rule: 'daily at 03:00',
  timezone: 'UTC',
  action: 'backup',
  database,
  type: 'full',
  options: {},
  enabled: true,
  jitterMs: 0,
  blackouts: [],
  catchUp: 'once',
  overlap: 'skip',
  managedBy: 'api',
  createdAt: at,
  updatedAt: at,
  updatedBy: 'admin',
});
