/** What can go wrong here; each string means the same everywhere in the project. */
export type PostgresErrorCode =
  | 'invalid_request'
  | 'server_unreachable'
  | 'authentication_failed'
  | 'database_missing'
  | 'name_taken'
  | 'insufficient_privilege'
  | 'tools_missing'
  | 'server_newer_than_tools'
  | 'psql_too_old'
  | 'dump_failed'
  | 'lock_timeout'
  | 'timed_out'
  | 'storage_full'
  | 'invalid_backup'
  | 'archive_truncated'
  | 'restore_failed'
  | 'preflight_failed'
  | 'swap_failed'
  | 'drill_unavailable';

/** A failure of PostgreSQL or its tools: a stable code and a sentence with the thing, the cause and the next step. */
export class PostgresError extends Error {
  override readonly name = 'PostgresError';
  readonly code: PostgresErrorCode;
  constructor(code: PostgresErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
