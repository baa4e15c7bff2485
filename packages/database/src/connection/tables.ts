import type {
  BackupType,
  Compression,
  Envelope,
  ErrorCode,
  EventType,
  Finding,
  RestoreMode,
  RunKind,
  RunState,
  Severity,
  ValidationLevel,
  Verdict,
} from '@holdfast/contracts';
import type { ColumnType, Generated } from 'kysely';

export const SCHEMA = 'holdfast';

/** RFC 3339 in UTC. */
type Instant = string;
/** Goes in as text, comes out parsed. */
type Json<T> = ColumnType<T, string, string>;
/** The stream's sequence of the first event that told of the row; 0: not from the stream as it is now. */
type FirstSequence = number;

export type RunsTable = {
  id: string;
  kind: RunKind;
  database: string | null;
  state: RunState;
  attempt: number;
  /** Numbers of the attempts that failed: a set, so that an event that comes twice counts once. */
  failed_attempts: number[];
  trigger: string | null;
  requested_by: string | null;
  requested_at: Instant;
  started_at: Instant | null;
  ended_at: Instant | null;
  worker: string | null;
  correlation: string | null;
  cancel_by: string | null;
  cancel_reason: string | null;
  error_code: ErrorCode | null;
  error_message: string | null;
  /** What the run made, read or removed. */
  filename: string | null;
  /** Name of the backup that a removal removed. */
  removed_backup: string | null;
  size_bytes: number | null;
  raw_bytes: number | null;
  duration_ms: number | null;
  description: string;
  /** Null until it is over. A validation that found a backup invalid did not succeed. */
  succeeded: boolean | null;
  outcome: Json<Envelope> | null;
  first_sequence: FirstSequence;
};

export type BackupsTable = {
  name: string;
  filename: string;
  alias: string | null;
  database: string;
  database_name: string;
  type: BackupType;
  trigger: string;
  description: string;
  run: string;
  attempt: number;
  created_at: Instant;
  duration_ms: number;
  size_bytes: number;
  raw_bytes: number;
  sha256: string;
  compression: Compression;
  encrypted: boolean;
  server_version: number;
  tables_count: number;
  rows_count: number;
  warnings: Json<readonly string[]>;
  /** These follow from runs and validations: see refreshBackups. */
  deleted_at: Generated<Instant | null>;
  last_validated_at: Generated<Instant | null>;
  last_validation_level: Generated<ValidationLevel | null>;
  last_verdict: Generated<Verdict | null>;
  last_proven_at: Generated<Instant | null>;
  first_sequence: FirstSequence;
};

export type ValidationsTable = {
  run: string;
  backup: string;
  filename: string;
  database: string | null;
  level: ValidationLevel;
  verdict: Verdict;
  findings: Json<readonly Finding[]>;
  duration_ms: number;
  at: Instant;
  first_sequence: FirstSequence;
};

export type RestoresTable = {
  run: string;
  database: string | null;
  filename: string | null;
  mode: RestoreMode | null;
  database_name: string | null;
  previous_database_name: string | null;
  kept_until: Instant | null;
  safety_backup: string | null;
  tables_count: number | null;
  rows_count: number | null;
  completed_at: Instant | null;
  rolled_back_at: Instant | null;
  rolled_back_detail: string | null;
  undone_at: Instant | null;
  undone_by: string | null;
  first_sequence: FirstSequence;
};

/** A view: what ended, as the history route of existing clients tells it. */
export type ActivityView = {
  run: string;
  at: Instant;
  operation: 'backup' | 'restore' | 'validation' | 'cleanup' | 'copy';
  database: string | null;
  filename: string;
  success: boolean;
  duration_ms: number;
  size_bytes: number;
  description: string;
  error: string | null;
};

/** Append-only: triggers refuse to change what is there. Each row's hash is over its record and the hash before it. */
export type AuditTable = {
  number: number;
  event_id: string;
  at: Instant;
  action: string;
  who: string;
  outcome: string;
  target: string | null;
  /** What is hashed, and what the columns above are taken from. */
  record: string;
  previous_hash: string;
  hash: string;
};

/** What happened beside the runs. */
export type HappeningsTable = {
  event_id: string;
  type: EventType;
  /** A schedule, a run, an instance, a delivery. */
  subject: string;
  database: string | null;
  at: Instant;
  severity: Severity;
  summary: string;
  data: Json<unknown>;
  first_sequence: FirstSequence;
};

export type ProjectionTable = {
  stream: string;
  /** Every event up to here is in the rows. */
  position: number;
  /** Id of the event at `position`: tells a stream that was made anew. Null: not known. */
  event_id: string | null;
  /** Grows when the stream is another, or the rows are made anew. */
  epoch: Generated<number>;
  rebuilt_at: Generated<Instant | null>;
};

export type Tables = {
  runs: RunsTable;
  backups: BackupsTable;
  validations: ValidationsTable;
  restores: RestoresTable;
  activity: ActivityView;
  audit: AuditTable;
  happenings: HappeningsTable;
  projection: ProjectionTable;
};
