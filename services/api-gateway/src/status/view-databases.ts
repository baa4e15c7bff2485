import type { DatabaseView, Presence, ScheduleBrief } from '@holdfast/contracts';
import type { KnownBackup } from '../backups/catalogue.ts';
import { sumsOf } from '../backups/sums.ts';
import { nextBackupAt } from './brief-schedules.ts';

/** Every database that a worker can reach or a backup exists of, by id. `backups` newest first. Pure. */
export function viewDatabases(
  presences: readonly Presence[],
  backups: readonly KnownBackup[],
  schedules: readonly ScheduleBrief[] = [],
): readonly DatabaseView[] {
  const workers = presences.filter((presence) => presence.service === 'backup-worker');
  const sums = sumsOf(backups);
  const names = new Map([...sums].map(([id, { name }]) => [id, name]));
  for (const worker of workers) for (const { id, name } of worker.databases) names.set(id, name);
  return [...names]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([id, name]) => {
      const due = nextBackupAt(schedules, id);
      return {
        id,
        name,
        workers: workers.filter((worker) => worker.databases.some((database) => database.id === id)).length,
        ...(sums.get(id)?.told ?? { backups: 0, sizeBytes: 0 }),
        ...(due === undefined ? {} : { nextDueAt: due }),
      };
    });
}
