import { HoldfastError } from '@holdfast/contracts';
import type { DatabaseTarget, Repository } from '@holdfast/engine';
import type { GateKeeper, RunDependencies } from '@holdfast/runs';
import type { Logger } from '@holdfast/service-kit';
import type { WorkerSettings } from './config.ts';
import type { Hooks } from './hooks/hooks-file.ts';
import type { WorkerMeasures } from './measures.ts';

export const SOURCE = '/holdfast/backup-worker';

/** What every feature of this service works with. */
export type WorkerDependencies = RunDependencies & {
  readonly repository: Repository;
  readonly databases: readonly DatabaseTarget[];
  readonly settings: WorkerSettings;
  readonly release: string;
  readonly log: Logger;
  readonly gateKeeper: GateKeeper;
  readonly hooks: Hooks;
  readonly measures: WorkerMeasures;
};

export function databaseOf(
  deps: Pick<WorkerDependencies, 'databases'>,
  id: string | undefined,
): DatabaseTarget {
  const database = deps.databases.find((known) => known.id === id);
  if (database) return database;
  const known = deps.databases.map((each) => each.id).join(', ') || 'none';
  throw new HoldfastError(
    'database_unknown',
    `No database "${id ?? ''}" is configured on this worker (known: ${known}); add it to BACKUP_DATABASES.`,
  );
}
