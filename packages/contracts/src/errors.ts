import { z } from 'zod';

/** What each failure means to the outside: HTTP status, whether trying again may help, the CLI's exit code. */
export type ErrorKind = {
  readonly httpStatus: number;
  readonly retryable: boolean;
  readonly exitCode: number;
  readonly meaning: string;
};

const kind = (httpStatus: number, retryable: boolean, exitCode: number, meaning: string): ErrorKind => ({
  httpStatus,
  retryable,
  exitCode,
  meaning,
});

// Exit codes: 0 done, 1 failed, 2 usage, 3 not found, 4 invalid backup, 5 not allowed, 6 cannot reach.
export const errorKinds = {
  // asking
  invalid_request: kind(400, false, 2, 'The request is malformed or has unknown or wrong fields.'),
  payload_too_large: kind(413, false, 2, 'The request body is larger than allowed.'),
  unauthorized: kind(401, false, 5, 'No valid credentials came with the request.'),
  forbidden: kind(403, false, 5, 'The credentials do not allow this.'),
  path_refused: kind(400, false, 2, 'A name that would leave the repository or cannot be a file name.'),
  route_not_found: kind(404, false, 3, 'No such route.'),
  range_not_satisfiable: kind(416, false, 2, 'The requested range lies outside the file.'),
  backup_not_found: kind(404, false, 3, 'No backup has that name in the repository.'),
  run_not_found: kind(404, false, 3, 'No run has that id.'),
  database_unknown: kind(404, false, 3, 'The database id is not configured on any worker.'),
  database_ambiguous: kind(400, false, 2, 'Several databases are configured and none was named.'),
  idempotency_mismatch: kind(409, false, 1, 'The Idempotency-Key was used before for another request.'),
  run_already_over: kind(409, false, 1, 'The run has already ended.'),
  run_not_retryable: kind(409, false, 1, 'The run cannot be done again as it was asked for.'),
  name_taken: kind(409, false, 1, 'That name is already in use.'),
  schedule_not_found: kind(404, false, 3, 'No schedule has that id.'),
  schedule_invalid: kind(
    400,
    false,
    2,
    'The rule, the time zone or another field of the schedule is not possible.',
  ),
  schedule_managed: kind(
    409,
    false,
    1,
    'The schedule is declared in a file or the environment; change it there.',
  ),
  version_conflict: kind(409, false, 1, 'Somebody else changed it meanwhile; look at it again.'),
  policy_not_found: kind(404, false, 3, 'No retention policy is stored under that name.'),
  policy_invalid: kind(400, false, 2, 'The retention policy contradicts itself or has impossible values.'),
  policy_too_strict: kind(409, false, 1, 'The policy would remove all that is not protected.'),
  last_good_backup: kind(409, false, 1, 'It is the last good backup of its database.'),
  backup_pinned: kind(409, false, 1, 'The backup is pinned.'),
  backup_in_use: kind(409, true, 1, 'A restore or validation reads the backup now.'),
  delivery_not_found: kind(404, false, 3, 'No notification has that id.'),
  channel_unknown: kind(404, false, 3, 'No notification channel has that id.'),
  token_not_found: kind(404, false, 3, 'No token has that id.'),
  dead_letter_not_found: kind(404, false, 3, 'No dead letter has that sequence.'),
  grant_too_wide: kind(403, false, 5, 'Nobody can grant more than he has.'),
  dead_letter_unusable: kind(409, false, 1, 'The dead letter holds no event that could be published again.'),
  rate_limited: kind(429, true, 1, 'Too many requests; wait as long as Retry-After says.'),
  confirmation_required: kind(400, false, 2, 'A destructive verb needs --yes when nobody can be asked.'),
  // reaching
  bus_unavailable: kind(503, true, 6, 'NATS cannot be reached.'),
  identity_unavailable: kind(503, true, 6, 'The keys of the identity provider cannot be fetched.'),
  no_worker: kind(503, true, 6, 'No backup-worker is running.'),
  history_unavailable: kind(503, true, 6, "History's PostgreSQL cannot be reached."),
  gateway_unreachable: kind(503, true, 6, 'The gateway does not answer.'),
  server_unreachable: kind(503, true, 6, 'The PostgreSQL server does not answer.'),
  authentication_failed: kind(502, false, 5, 'PostgreSQL refused the credentials.'),
  database_missing: kind(502, false, 3, 'The database does not exist on its server.'),
  timed_out: kind(504, true, 1, 'Nothing happened within the time limit.'),
  // dumping
  insufficient_privilege: kind(502, false, 5, 'The account may not read or change what it must.'),
  tools_missing: kind(500, false, 1, 'No PostgreSQL client tools were found.'),
  server_newer_than_tools: kind(500, false, 1, "The server's major is newer than every installed pg_dump."),
  dump_failed: kind(500, true, 1, 'pg_dump ended with an error.'),
  dump_empty: kind(500, false, 1, 'pg_dump ended well but wrote no archive.'),
  lock_timeout: kind(500, true, 1, 'A table stayed locked longer than BACKUP_LOCK_TIMEOUT.'),
  stalled: kind(500, true, 1, 'pg_dump sent nothing for BACKUP_STALL_TIMEOUT.'),
  // storage
  storage_missing: kind(500, true, 1, 'The repository folder or bucket does not exist.'),
  storage_read_only: kind(500, true, 1, 'The repository cannot be written.'),
  storage_full: kind(507, true, 1, 'The repository has no space left.'),
  storage_failed: kind(500, true, 1, 'The storage reported an error.'),
  object_missing: kind(404, false, 3, 'An object is not in the storage.'),
  // reading backups
  invalid_backup: kind(422, false, 4, 'The file is not a backup that can be restored.'),
  archive_truncated: kind(422, false, 4, 'The archive ends too early.'),
  archive_corrupt: kind(422, false, 4, 'The archive was changed after it was written.'),
  archive_foreign: kind(422, false, 4, 'The file is no archive of ours nor of pg_dump.'),
  archive_unsupported: kind(422, false, 4, 'The archive needs a newer release.'),
  manifest_invalid: kind(422, false, 4, 'The manifest is not readable.'),
  data_missing: kind(422, false, 4, 'A manifest exists but its data object does not.'),
  parent_missing: kind(422, false, 4, 'A backup that this one builds on is not in the repository.'),
  parent_changed: kind(422, false, 4, 'A backup that this one builds on is not the file it was made from.'),
  backup_needed: kind(409, false, 1, 'Other backups build on this one; delete them first.'),
  // keys
  key_missing: kind(422, false, 5, 'The backup is encrypted and no key was given.'),
  key_wrong: kind(422, false, 5, 'None of the keys opens the backup, or the passphrase is wrong.'),
  key_invalid: kind(400, false, 2, 'What was given as a key is none.'),
  // restoring
  restore_failed: kind(500, false, 1, 'PostgreSQL reported an error while restoring.'),
  fingerprint_mismatch: kind(500, false, 4, 'What was restored differs from what was backed up.'),
  preflight_failed: kind(409, false, 1, 'Something stands in the way of the restore.'),
  safety_backup_failed: kind(500, false, 1, 'The safety backup failed, so the restore was not begun.'),
  swap_failed: kind(500, false, 1, 'The databases could not be exchanged; the live one is unchanged.'),
  undo_unavailable: kind(409, false, 1, 'Nothing is kept that the restore could be undone with.'),
  extra_objects: kind(409, false, 1, 'The database has objects that the backup does not know.'),
  psql_too_old: kind(500, false, 1, 'psql has no \\restrict: plain SQL cannot be restored safely.'),
  drill_timed_out: kind(504, false, 1, 'A drill took longer than BACKUP_DRILL_TIMEOUT.'),
  drill_unavailable: kind(500, true, 1, 'No scratch server could be started for the drill.'),
  // hooks and limits
  hook_failed: kind(500, false, 1, 'A hook ended with an error or took too long.'),
  hook_retry: kind(500, true, 1, 'A hook asked for the run to be tried again later (exit code 75).'),
  hook_aborted: kind(409, false, 1, 'A hook said that the run must not be done (exit code 78).'),
  storage_nearly_full: kind(507, true, 1, 'The storage would be filled beyond its limit.'),
  // telling
  delivery_failed: kind(502, true, 1, 'The receiver of a notification refused it or did not answer.'),
  delivery_refused: kind(502, false, 1, 'The receiver of a notification will never take it.'),
  target_refused: kind(400, false, 5, 'The address of a webhook is private or otherwise not allowed.'),
  // running
  cancelled: kind(409, false, 1, 'The run was cancelled.'),
  worker_lost: kind(500, true, 1, 'The process that did the work died too often.'),
  lease_lost: kind(500, true, 1, 'Another worker took the run over.'),
  shutting_down: kind(503, true, 1, 'The process is draining; another takes over.'),
  internal: kind(500, false, 1, 'A defect of ours: please report it with the log.'),
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof errorKinds;
const errorCodes = Object.keys(errorKinds) as [ErrorCode, ...ErrorCode[]]; // Object.keys forgets the literal types

/** A failure as it travels: in events, run records and HTTP answers. */
export const failureSchema = z.object({
  code: z.enum(errorCodes),
  /** One sentence: the thing, the cause, the next step. Never a secret. */
  message: z.string().max(4_000),
});
export type Failure = z.infer<typeof failureSchema>;

/** An error with a stable code and a sentence that says what to do. Thrown by everything above the standalone packages. */
export class HoldfastError extends Error {
  override readonly name = 'HoldfastError';
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(errorKinds, code);
}

/**
 * The failure behind any thrown value. The standalone packages throw errors of their own with a `code` from the
 * table above; everything unknown is `internal`.
 */
export function failureOf(error: unknown): Failure {
  if (error instanceof Error) {
    const code = (error as { code?: unknown }).code; // any Error may carry one; checked on the next line
    return { code: isErrorCode(code) ? code : 'internal', message: error.message.slice(0, 4_000) };
  }
  return { code: 'internal', message: String(error).slice(0, 4_000) };
}
