import type { ClientBase } from 'pg';
import { closeClient, openClient } from '../connection/client.ts';
import { postgresFailure } from '../connection/postgres-failure.ts';
import { describeTarget, type Target } from '../connection/target.ts';
import { PostgresError } from '../postgres-error.ts';

/** One moment of a database, shared by all that read it: pg_dump, the fingerprint, anyone given the id. */
export type Snapshot = {
  /** For `pg_dump --snapshot`; valid until `close` or `lost`. */
  readonly id: string;
  /** `server_version_num`, for example 150018. */
  readonly serverVersion: number;
  /** On disk, indexes included: an estimate of the dump's size, usually too high. */
  readonly databaseBytes: number;
  /** Inside the snapshot's transaction. */
  readonly client: ClientBase;
  /** Aborts with server_unreachable when the exporting session is gone, and the snapshot with it. */
  readonly lost: AbortSignal;
  /** Ends the session. Safe to call twice. */
  close(): Promise<void>;
};

/**
 * Opens a read-only snapshot and exports it. Row security is off, so that a table whose rows the account may not all
 * see is an error (insufficient_privilege) and never a smaller backup.
 */
export async function openSnapshot(
  target: Target,
  options: { readonly applicationName: string },
): Promise<Snapshot> {
  const lost = new AbortController();
  let isClosing = false;
  const client = await openClient(target, {
    applicationName: options.applicationName,
    onLost: (cause) => {
      if (isClosing) return;
      lost.abort(
        new PostgresError(
          'server_unreachable',
          `The session that held the snapshot of ${describeTarget(target)} was lost: ${cause.message}; try again.`,
          { cause },
        ),
      );
    },
  });
  const close = async (): Promise<void> => {
    isClosing = true;
    await closeClient(client);
  };
  try {
    await beginSnapshot(client);
    return { ...(await exportSnapshot(client)), client, lost: lost.signal, close };
  } catch (error) {
    await close();
    throw postgresFailure(error, target);
  }
}

/**
 * No time limit of the account or server may end the session: it sits idle for as long as pg_dump runs. One message,
 * so that it is not idle before the limits are off; and only those that this server knows. Counting takes no further
 * processes: it is done long before the dump, and the cores are the dump's and everybody's.
 */
async function beginSnapshot(client: ClientBase): Promise<void> {
  await client.query(
    `begin transaction isolation level repeatable read read only;
     select set_config(name, case name when 'row_security' then 'off' else '0' end, true) from pg_settings
      where name in ('idle_in_transaction_session_timeout', 'statement_timeout', 'transaction_timeout',
                     'lock_timeout', 'row_security', 'max_parallel_workers_per_gather');
     select set_config('search_path', '', true)`,
  );
}

async function exportSnapshot(
  client: ClientBase,
): Promise<Pick<Snapshot, 'id' | 'serverVersion' | 'databaseBytes'>> {
  const { rows } = await client.query<{ id: string; version: string; bytes: string }>(
    `select pg_export_snapshot() as id, current_setting('server_version_num') as version,
            pg_database_size(current_database())::text as bytes`,
  );
  const row = rows[0];
  if (!row) throw new PostgresError('dump_failed', 'PostgreSQL exported no snapshot; try again.');
  return { id: row.id, serverVersion: Number(row.version), databaseBytes: Number(row.bytes) };
}
