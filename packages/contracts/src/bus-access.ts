import type { EventType } from './events.ts';
import { serviceNames, type BucketName } from './topology.ts';

/** Everybody who has a user on the bus: the services, who makes the streams, and other people's systems. */
export const busUsers = [...serviceNames, 'provisioner', 'integrator'] as const;
export type BusUser = (typeof busUsers)[number];

/** First tokens of every event type, also of those to come; the events stream takes `<family>.>`. */
export const eventFamilies = [
  'backup',
  'restore',
  'validation',
  'retention',
  'schedule',
  'health',
  'notification',
  'audit',
] as const;

/** What one user may do on the bus. Whatever is not declared here is refused by NATS itself. */
export type BusAccess = {
  readonly publishes: readonly EventType[];
  /** One durable per type, `<user>_<type with _>`; `everything` is one durable named as the user. */
  readonly consumes: readonly EventType[] | 'everything';
  /** Buckets. Writing includes reading, as every write is a compare-and-set. */
  readonly writes: readonly BucketName[];
  readonly reads: readonly BucketName[];
  /** Core subjects: broadcasts and requests go to `sends`, listeners and responders stand at `hears`. */
  readonly sends: readonly string[];
  readonly hears: readonly string[];
  /** Streams read by sequence, without a durable. */
  readonly streams: readonly ('events' | 'deadLetters')[];
  /** Throws dead letters away, and gives their events to their handlers again. */
  readonly handlesDeadLetters?: boolean;
  /** Sees how far every durable is. */
  readonly watchesConsumers?: boolean;
  /** Makes and changes streams and buckets. */
  readonly provisions?: boolean;
};

const none: BusAccess = {
  publishes: [],
  consumes: [],
  writes: [],
  reads: [],
  sends: [],
  hears: [],
  streams: [],
};

const REBUILD = 'control.history.rebuild';
const PROGRESS = 'progress.*';
/** Plans without carrying them out. */
const RETENTION_PLAN = 'control.retention.plan';
/** preview, channels, test, retry. */
const NOTIFIER = ['preview', 'channels', 'test', 'retry'].map((verb) => `control.notifier.${verb}`);

/**
 * One declaration per user; the permissions of the nats-server follow from it. What destroys or overwrites (restore,
 * delete, cancel) can be asked for by the gateway alone, which authenticates people; a worker asks for copies alone.
 */
export const busAccess: Readonly<Record<BusUser, BusAccess>> = {
  'api-gateway': {
    ...none,
    publishes: [
      'backup.requested',
      'backup.cancel_requested',
      'backup.delete_requested',
      'backup.upload_received',
      'restore.requested',
      'restore.cancel_requested',
      'restore.undo_requested',
      'validation.requested',
      'retention.cleanup.requested',
      'backup.pinned',
      'backup.unpinned',
      'schedule.created',
      'schedule.updated',
      'schedule.removed',
      'audit.recorded',
    ],
    writes: ['runs', 'tokens', 'idempotency', 'presence', 'schedules', 'policies', 'pins'],
    reads: ['schedule_state', 'databases', 'verification', 'health', 'deliveries', 'alerts', 'catalogue'],
    sends: [REBUILD, RETENTION_PLAN, ...NOTIFIER],
    hears: [PROGRESS],
    streams: ['events', 'deadLetters'],
    handlesDeadLetters: true,
  },
  scheduler: {
    ...none,
    publishes: [
      'backup.requested',
      'schedule.created',
      'schedule.updated',
      'schedule.removed',
      'schedule.fired',
      'schedule.missed',
      'health.changed',
      'health.storage.warning',
      'health.service.lost',
    ],
    writes: ['runs', 'presence', 'leases', 'schedules', 'schedule_state', 'databases', 'health'],
    reads: ['verification'],
    streams: ['events', 'deadLetters'],
    watchesConsumers: true,
  },
  'backup-worker': {
    ...none,
    publishes: [
      'backup.started',
      'backup.attempt_failed',
      'backup.completed',
      'backup.failed',
      'backup.cancelled',
      'backup.copy_requested',
      'backup.copied',
      'backup.copy_failed',
      'backup.copy_cancelled',
      'restore.started',
      'restore.attempt_failed',
      'restore.completed',
      'restore.failed',
      'restore.cancelled',
      'restore.rolled_back',
      'restore.undone',
    ],
    consumes: [
      'backup.requested',
      'backup.cancel_requested',
      'backup.completed',
      'backup.copy_requested',
      'backup.deleted',
      'restore.requested',
      'restore.cancel_requested',
      'restore.undo_requested',
    ],
    writes: ['runs', 'leases', 'presence'],
    sends: [PROGRESS],
  },
  validator: {
    ...none,
    publishes: [
      'validation.requested',
      'validation.started',
      'validation.attempt_failed',
      'validation.completed',
      'validation.failed',
      'validation.cancelled',
      'backup.requested',
      'backup.anomalous',
      'backup.missing',
      'backup.repaired',
    ],
    consumes: ['validation.requested', 'backup.completed', 'backup.deleted', 'schedule.fired'],
    writes: ['runs', 'leases', 'presence', 'verification'],
    sends: [PROGRESS],
  },
  retention: {
    ...none,
    publishes: [
      'backup.deleted',
      'backup.delete_failed',
      'backup.discovered',
      'backup.rewrapped',
      'backup.missing',
      'retention.cleanup.planned',
      'retention.cleanup.completed',
      'retention.cleanup.failed',
      'health.storage.warning',
    ],
    consumes: [
      'backup.delete_requested',
      'backup.completed',
      'backup.copied',
      'retention.cleanup.requested',
      'schedule.fired',
    ],
    writes: ['runs', 'leases', 'presence', 'catalogue'],
    reads: ['policies', 'pins', 'verification'],
    hears: [RETENTION_PLAN],
    streams: ['events'],
  },
  notifier: {
    ...none,
    publishes: ['notification.sent', 'notification.failed'],
    consumes: 'everything',
    writes: ['presence', 'leases', 'deliveries', 'alerts'],
    reads: ['runs', 'schedules', 'schedule_state', 'databases', 'verification', 'health'],
    hears: NOTIFIER,
    streams: ['events'],
  },
  history: {
    ...none,
    consumes: 'everything',
    writes: ['presence'],
    hears: [REBUILD],
    streams: ['events', 'deadLetters'],
  },
  provisioner: {
    ...none,
    streams: ['events', 'deadLetters'],
    provisions: true,
  },
  integrator: {
    ...none,
    publishes: ['backup.requested'],
    hears: [PROGRESS],
    streams: ['events'],
  },
};
