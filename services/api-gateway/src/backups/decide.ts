import type { DatabaseId, ErrorCode, Presence } from '@holdfast/contracts';

export type ChosenDatabase =
  | { readonly database: DatabaseId; readonly problem?: undefined }
  | { readonly problem: ErrorCode; readonly message: string };

/**
 * Which database a request is for. While workers live, only theirs exist; while none does, a named one is taken at its
 * word and waits for them.
 */
export function chooseDatabase(
  named: DatabaseId | undefined,
  presences: readonly Presence[],
  role: 'backup' | 'restore',
): ChosenDatabase {
  const workers = presences.filter(
    (presence) =>
      presence.service === 'backup-worker' && (presence.roles.length === 0 || presence.roles.includes(role)),
  );
  const known = [
    ...new Set(workers.flatMap((worker) => worker.databases.map((database) => database.id))),
  ].sort();
  if (named !== undefined && (workers.length === 0 || known.includes(named))) return { database: named };
  if (workers.length === 0) {
    const message = `No backup-worker with the role ${role} is running, so which databases there are is unknown; start one, or name the database and the request waits for it.`;
    return { problem: 'no_worker', message };
  }
  const list = known.length === 0 ? 'none is configured' : `there is ${known.join(', ')}`;
  if (named !== undefined) {
    const message = `No worker knows the database "${named}": ${list}. Add it to BACKUP_DATABASES, or name another.`;
    return { problem: 'database_unknown', message };
  }
  const [only] = known;
  if (only !== undefined && known.length === 1) return { database: only };
  if (only === undefined) {
    const message = 'No worker has a database to back up; set DATABASE_URL or BACKUP_DATABASES.';
    return { problem: 'database_unknown', message };
  }
  const message = `Several databases are configured (${known.join(', ')}); say which one with "database".`;
  return { problem: 'database_ambiguous', message };
}
