import type { DatabaseView, Presence, ScheduleBrief } from '@holdfast/contracts';
import type { KnownBackup } from '../backups/catalogue.ts';
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

type Sum = {
  readonly name: string;
  readonly told: Pick<DatabaseView, 'backups' | 'sizeBytes' | 'lastBackup' | 'lastGood' | 'lastProven'>;
};

const summed = new WeakMap<readonly KnownBackup[], ReadonlyMap<string, Sum>>();

/** What the backups of each database come to. Worked out once for each catalogue, as it may be long and never changes. */
function sumsOf(backups: readonly KnownBackup[]): ReadonlyMap<string, Sum> {
  const known = summed.get(backups);
  if (known) return known;
  const sums = new Map(
    [...Map.groupBy(backups, ({ database }) => database)].map(([id, own]) => [id, sumUp(own)]),
  );
  summed.set(backups, sums);
  return sums;
}

function sumUp(own: readonly KnownBackup[]): Sum {
  const [newest] = own;
  const good = own.find(({ lastValidation }) => lastValidation?.verdict !== 'invalid');
  const proven = own.find((backup) => backup.lastProvenAt !== undefined);
  return {
    name: newest?.databaseName ?? '',
    told: {
      backups: own.length,
      sizeBytes: own.reduce((sum, backup) => sum + backup.sizeBytes, 0),
      ...(newest ? { lastBackup: inBrief(newest) } : {}),
      ...(good ? { lastGood: inBrief(good) } : {}),
      ...(proven?.lastProvenAt === undefined
        ? {}
        : { lastProven: { filename: proven.filename, at: proven.lastProvenAt } }),
    },
  };
}

const inBrief = ({ filename, createdAt, sizeBytes }: KnownBackup) => ({ filename, createdAt, sizeBytes });
