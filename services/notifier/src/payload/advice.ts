import type { ErrorCode } from '@holdfast/contracts';

/** What to do about a failure, where its own sentence may leave one at a loss at night. */
const advice: Partial<Record<ErrorCode, string>> = {
  server_unreachable:
    'Check that the PostgreSQL server runs and that the worker reaches it; the next occurrence tries again.',
  authentication_failed: 'Check user and password in BACKUP_DATABASES, and the pg_hba.conf of the server.',
  database_missing: 'Was the database renamed or dropped? Correct BACKUP_DATABASES.',
  insufficient_privilege: 'Grant the account pg_read_all_data, or what the message names.',
  tools_missing: 'Install the PostgreSQL client tools where the worker runs.',
  server_newer_than_tools:
    "Install client tools at least as new as the server's major where the worker runs.",
  storage_full: 'Free space at the destination, or run `backup-admin cleanup --dry-run` to see what may go.',
  storage_nearly_full:
    'Free space at the destination, or run `backup-admin cleanup --dry-run` to see what may go.',
  storage_missing: 'Mount or make the folder or bucket that BACKUP_DESTINATIONS or BACKUP_DIR names.',
  storage_read_only: 'Give the worker the right to write at the destination.',
  lock_timeout: 'The message names the session that holds the lock; end it, or raise BACKUP_LOCK_TIMEOUT.',
  stalled: 'Look at the load of the database server; raise BACKUP_STALL_TIMEOUT if it is only slow.',
  archive_truncated: 'Do not rely on this backup. Take a full backup now: `backup-admin create --type full`.',
  archive_corrupt: 'Do not rely on this backup. Take a full backup now: `backup-admin create --type full`.',
  data_missing: 'Do not rely on this backup. Take a full backup now: `backup-admin create --type full`.',
  fingerprint_mismatch: 'Do not rely on this backup. Take a full backup now, and keep this one for inquiry.',
  parent_missing: 'Take a full backup now: `backup-admin create --type full`; the chain is broken.',
  parent_changed: 'Take a full backup now: `backup-admin create --type full`; the chain is broken.',
  key_missing: 'Give the process the key: BACKUP_ENCRYPTION_KEY or BACKUP_AGE_IDENTITY_FILE.',
  key_wrong: 'Give the process the right key: BACKUP_ENCRYPTION_KEY or BACKUP_AGE_IDENTITY_FILE.',
  worker_lost: "Look at the worker's log and memory limit: the process died several times at this work.",
  drill_unavailable:
    'Check BACKUP_DRILL_URL, or install PostgreSQL server binaries where the validator runs.',
  swap_failed: 'The live database is unchanged. Follow the message, then restore again.',
  safety_backup_failed: 'The live database is unchanged. Make the safety backup work first.',
  delivery_failed: 'Check the receiver, then `backup-admin notifications retry`.',
  delivery_refused: 'Correct the target of the channel, then `backup-admin notifications retry`.',
  target_refused: 'Use a public address, or set BACKUP_WEBHOOK_ALLOW_PRIVATE=true if the target is meant.',
};

export const adviceFor = (code: ErrorCode): string =>
  advice[code] ?? 'Follow the message; `backup-admin history` shows what happened before it.';
