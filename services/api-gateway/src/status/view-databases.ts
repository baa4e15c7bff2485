import type { Backup, DatabaseView, Presence, ScheduleBrief } from '@holdfast/contracts';
import { nextBackupAt } from './brief-schedules.ts';

/** Every database that a worker can reach or a backup exists of, by id. `backups` newest first. Pure. */
export function viewDatabases(
  presences: readonly Presence[],
  backups: readonly Backup[],
  schedules: readonly ScheduleBrief[] = [],
): readonly DatabaseView[] {
  const workers = presences.filter((presence) => presence.service === 'backup-worker');
  const names = new Map<string, string>();
  for (const backup of backups.toReversed()) names.set(backup.database, backup.databaseName);
  for (const worker of workers) for (const { id, name } of worker.databases) names.set(id, name);
  return [...names]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([id, name]) => {
      const own = backups.filter((backup) => backup.database === id);
      const [newest] = own;
      const good = own.find(({ lastValidation }) => lastValidation?.verdict !== 'invalid');
      const due = nextBackupAt(schedules, id);
      const proven = own.find((backup) => backup.lastProvenAt !== undefined);
      return {
        id,
        name,
        workers: workers.filter((worker) => worker.databases.some((database) => database.id === id)).length,
        backups: own.length,
        sizeBytes: own.reduce((sum, backup) => sum + backup.sizeBytes, 0),
        ...(newest ? { lastBackup: inBrief(newest) } : {}),
        ...(good ? { lastGood: inBrief(good) } : {}),
        ...(due === undefined ? {} : { nextDueAt: due }),
        ...(proven?.lastProvenAt === undefined
          ? {}
          : { lastProven: { filename: proven.filename, at: proven.lastProvenAt } }),
      };
    });
}

const inBrief = ({ filename, createdAt, sizeBytes }: Backup) => ({ filename, createdAt, sizeBytes });
