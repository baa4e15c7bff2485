import type { ServiceName } from './topology.ts';

type Declaration = {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  /** Who measures it. */
  readonly by: ServiceName;
  readonly help: string;
  readonly labels: readonly string[];
  /** Of histograms. */
  readonly buckets?: readonly number[];
};

/** From a table of a few rows to a night. */
const WORK_SECONDS = [0.5, 1, 5, 15, 60, 300, 900, 3_600, 14_400, 43_200];
const QUICK_SECONDS = [0.005, 0.025, 0.1, 0.25, 1, 2.5, 10, 30];
/** A request may take a millisecond, or wait an hour for its run. */
const REQUEST_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 120, 600, 3_600];

/**
 * Every metric of ours, once: services make them from here, the reference and the check of the dashboards follow. Names
 * after Prometheus' conventions; `service` is a label of all; `database` is our own id, so no label is unbounded.
 */
export const metricDeclarations = {
  // what was made, by history: it sees every outcome once
  holdfast_runs_total: {
    kind: 'counter',
    by: 'history',
    help: 'Runs that ended.',
    labels: ['kind', 'database', 'outcome'],
  },
  holdfast_backups: {
    kind: 'gauge',
    by: 'history',
    help: 'Backups that are not deleted.',
    labels: ['database'],
  },
  holdfast_backups_size_bytes: {
    kind: 'gauge',
    by: 'history',
    help: 'What they occupy.',
    labels: ['database'],
  },
  holdfast_backups_raw_bytes: {
    kind: 'gauge',
    by: 'history',
    help: 'What they hold unpacked.',
    labels: ['database'],
  },
  holdfast_backup_last_success_timestamp_seconds: {
    kind: 'gauge',
    by: 'history',
    help: 'When the newest backup was made.',
    labels: ['database'],
  },
  holdfast_backup_last_success_age_seconds: {
    kind: 'gauge',
    by: 'history',
    help: 'Since the newest backup was made.',
    labels: ['database'],
  },
  holdfast_last_proven_restore_timestamp_seconds: {
    kind: 'gauge',
    by: 'history',
    help: 'When a drill last proved a backup.',
    labels: ['database'],
  },
  holdfast_backup_last_proven_age_seconds: {
    kind: 'gauge',
    by: 'history',
    help: 'Since a drill last proved a backup.',
    labels: ['database'],
  },
  holdfast_backup_last_size_bytes: {
    kind: 'gauge',
    by: 'history',
    help: 'Size of the newest backup.',
    labels: ['database'],
  },
  holdfast_backup_last_duration_seconds: {
    kind: 'gauge',
    by: 'history',
    help: 'How long the newest backup took.',
    labels: ['database'],
  },
  holdfast_history_events_total: {
    kind: 'counter',
    by: 'history',
    help: 'Events that history has seen.',
    labels: ['type', 'outcome'],
  },
  holdfast_history_position: {
    kind: 'gauge',
    by: 'history',
    help: 'Sequence up to which events are in the rows.',
    labels: [],
  },
  holdfast_history_lag_events: {
    kind: 'gauge',
    by: 'history',
    help: 'Sequences of the stream that are not in the rows.',
    labels: [],
  },
  // what a worker does
  holdfast_backup_duration_seconds: {
    kind: 'histogram',
    by: 'backup-worker',
    help: 'How long backups took that were completed.',
    labels: ['database', 'type'],
    buckets: WORK_SECONDS,
  },
  holdfast_backup_raw_bytes_total: {
    kind: 'counter',
    by: 'backup-worker',
    help: 'Bytes of dumps that were read.',
    labels: ['database', 'type'],
  },
  holdfast_backup_stored_bytes_total: {
    kind: 'counter',
    by: 'backup-worker',
    help: 'Bytes that were stored of them.',
    labels: ['database', 'type'],
  },
  holdfast_restore_duration_seconds: {
    kind: 'histogram',
    by: 'backup-worker',
    help: 'How long restores took that were completed.',
    labels: ['database', 'mode'],
    buckets: WORK_SECONDS,
  },
  holdfast_attempts_failed_total: {
    kind: 'counter',
    by: 'backup-worker',
    help: 'Attempts that failed, by the code of the error.',
    labels: ['kind', 'code'],
  },
  holdfast_runs_active: {
    kind: 'gauge',
    by: 'backup-worker',
    help: 'Runs that this worker does now.',
    labels: ['kind'],
  },
  holdfast_runs_waiting: {
    kind: 'gauge',
    by: 'backup-worker',
    help: 'Runs that this worker holds back, as too many go.',
    labels: ['kind'],
  },
  // proof
  holdfast_restore_drill_duration_seconds: {
    kind: 'histogram',
    by: 'validator',
    help: 'How long drills took that proved a backup: the real recovery time.',
    labels: ['database'],
    buckets: WORK_SECONDS,
  },
  holdfast_validations_total: {
    kind: 'counter',
    by: 'validator',
    help: 'Validations that came to a verdict.',
    labels: ['database', 'level', 'verdict'],
  },
  holdfast_verified_bytes_total: {
    kind: 'counter',
    by: 'validator',
    help: 'Bytes of the repository that were read and hashed.',
    labels: [],
  },
  holdfast_verify_oldest_age_seconds: {
    kind: 'gauge',
    by: 'validator',
    help: 'Since the backup that waits longest was verified.',
    labels: [],
  },
  // schedules and health
  holdfast_schedule_lag_seconds: {
    kind: 'gauge',
    by: 'scheduler',
    help: 'How late the last occurrence fired.',
    labels: ['schedule'],
  },
  holdfast_schedule_next_timestamp_seconds: {
    kind: 'gauge',
    by: 'scheduler',
    help: 'When the schedule is due next.',
    labels: ['schedule'],
  },
  holdfast_schedule_expected_interval_seconds: {
    kind: 'gauge',
    by: 'scheduler',
    help: 'From the last due time to the next: how old a success may be.',
    labels: ['schedule', 'database'],
  },
  holdfast_schedule_fired_total: {
    kind: 'counter',
    by: 'scheduler',
    help: 'Occurrences that this replica fired.',
    labels: ['schedule'],
  },
  holdfast_schedule_missed_total: {
    kind: 'counter',
    by: 'scheduler',
    help: 'Occurrences that were left out, by the reason.',
    labels: ['schedule', 'reason'],
  },
  holdfast_health_status: {
    kind: 'gauge',
    by: 'scheduler',
    help: '0 healthy, 1 warning, 2 critical.',
    labels: [],
  },
  holdfast_health_problems: {
    kind: 'gauge',
    by: 'scheduler',
    help: 'Problems that are there now.',
    labels: ['check', 'severity'],
  },
  holdfast_storage_used_bytes: {
    kind: 'gauge',
    by: 'scheduler',
    help: 'Used at a destination, by all that is there.',
    labels: ['destination'],
  },
  holdfast_storage_free_bytes: {
    kind: 'gauge',
    by: 'scheduler',
    help: 'Free at a destination.',
    labels: ['destination'],
  },
  holdfast_storage_days_until_full: {
    kind: 'gauge',
    by: 'scheduler',
    help: 'By the trend; absent where it does not grow.',
    labels: ['destination'],
  },
  holdfast_services_present: {
    kind: 'gauge',
    by: 'scheduler',
    help: 'Processes that told of themselves within 30 s.',
    labels: ['name'],
  },
  holdfast_bus_consumer_pending: {
    kind: 'gauge',
    by: 'scheduler',
    help: 'Events that a durable consumer has not been given yet.',
    labels: ['durable'],
  },
  holdfast_bus_dead_letters: {
    kind: 'gauge',
    by: 'scheduler',
    help: 'Dead letters that are stored.',
    labels: [],
  },
  // retention
  holdfast_retention_kept: {
    kind: 'gauge',
    by: 'retention',
    help: 'Backups that the last plan kept.',
    labels: ['database'],
  },
  holdfast_retention_planned_removals: {
    kind: 'gauge',
    by: 'retention',
    help: 'Backups that the last plan removes.',
    labels: ['database'],
  },
  holdfast_retention_removed_total: {
    kind: 'counter',
    by: 'retention',
    help: 'Backups that were removed.',
    labels: ['database'],
  },
  holdfast_retention_freed_bytes_total: {
    kind: 'counter',
    by: 'retention',
    help: 'Bytes that this freed.',
    labels: ['database'],
  },
  holdfast_retention_orphans: {
    kind: 'gauge',
    by: 'retention',
    help: 'Objects in the repository that belong to no backup.',
    labels: [],
  },
  // people
  holdfast_notifications_total: {
    kind: 'counter',
    by: 'notifier',
    help: 'Notifications by what became of them.',
    labels: ['channel', 'outcome'],
  },
  holdfast_notifications_pending: {
    kind: 'gauge',
    by: 'notifier',
    help: 'Notifications that wait to be sent.',
    labels: ['channel'],
  },
  holdfast_notification_duration_seconds: {
    kind: 'histogram',
    by: 'notifier',
    help: 'From the event to the answer of the receiver.',
    labels: ['channel'],
    buckets: QUICK_SECONDS,
  },
  holdfast_http_requests_total: {
    kind: 'counter',
    by: 'api-gateway',
    help: 'HTTP requests answered.',
    labels: ['method', 'route', 'status'],
  },
  holdfast_http_request_duration_seconds: {
    kind: 'histogram',
    by: 'api-gateway',
    help: 'From the request to the end of its answer; waiting for a run included.',
    labels: ['method', 'route', 'status'],
    buckets: REQUEST_SECONDS,
  },
} as const satisfies Record<string, Declaration>;

export type MetricName = keyof typeof metricDeclarations;
export type MetricLabels<N extends MetricName> = (typeof metricDeclarations)[N]['labels'][number];
