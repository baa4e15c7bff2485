import type { DeliveryRecord, NotificationChannels, RetentionPlan, ScheduleView } from '@holdfast/contracts';

export const schedule = (fields: Partial<ScheduleView> = {}): ScheduleView => ({
  id: 'nightly',
  description: 'every night',
  rule: 'daily at 03:00',
  timezone: 'Europe/Berlin',
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
  createdAt: '2026-11-01T12:00:00Z',
  updatedAt: '2026-11-20T12:00:00Z',
  updatedBy: 'anna',
  version: '12',
  state: {
    handledUntil: '2026-11-24T02:00:00Z',
    lastFiredAt: '2026-11-24T02:00:01Z',
    lastRuns: {},
  },
  nextDueAt: '2026-11-25T02:00:00Z',
  ...fields,
});

export const plan = (fields: Partial<RetentionPlan> = {}): RetentionPlan => ({
  database: 'toeic',
  at: '2026-11-24T16:00:00Z',
  policy: { keepDaily: 7, keepWeekly: 4, timezone: 'UTC', minimumRedundancy: 1 },
  keep: [
    {
      name: 'toeic_20261124T155700Z_full_1a2b3c4d',
      filename: 'toeic_20261124T155700Z_full_1a2b3c4d.dump.zst',
      createdAt: '2026-11-24T15:57:00Z',
      sizeBytes: 12_345_678,
      reasons: [
        { rule: 'newest-good', detail: 'the newest good one' },
        { rule: 'daily', detail: '2026-11-24' },
      ],
    },
    {
      name: 'toeic_20261101T155700Z_full_00ff00ff',
      filename: 'toeic_20261101T155700Z_full_00ff00ff.dump.zst',
      createdAt: '2026-11-01T15:57:00Z',
      sizeBytes: 12_000_000,
      reasons: [{ rule: 'pinned', detail: 'by anna: end of year' }],
    },
  ],
  remove: [
    {
      name: 'toeic_20261002T155700Z_full_77aa88bb',
      filename: 'toeic_20261002T155700Z_full_77aa88bb.dump.zst',
      createdAt: '2026-10-02T15:57:00Z',
      sizeBytes: 12_000_000,
      because: 'no rule keeps it',
    },
  ],
  freesBytes: 12_000_000,
  unmet: [],
  ...fields,
});

export const delivery = (fields: Partial<DeliveryRecord> = {}): DeliveryRecord => ({
  id: 'a81be4460f1d',
  route: 'failures',
  channel: 'slack',
  kind: 'slack',
  about: 'backup.failed',
  severity: 'critical',
  title: 'Backup of toeic failed',
  state: 'sent',
  attempts: 1,
  createdAt: '2026-11-24T15:50:00Z',
  sentAt: '2026-11-24T15:50:01Z',
  ...fields,
});

export const channels: NotificationChannels = {
  channels: [
    { id: 'slack', kind: 'slack', target: 'https://hooks.slack.com/…' },
    { id: 'mail', kind: 'email', target: 'ops@example.org' },
  ],
  routes: [
    { id: 'failures', channels: ['slack', 'mail'], when: 'warning and critical' },
    { id: 'everything', channels: ['mail'], when: 'every event of app' },
  ],
};
