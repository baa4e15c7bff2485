import {
  failureOf,
  isTerminal,
  type Backup,
  type DatabaseView,
  type Failure,
  type Foreign,
  type Presence,
  type RunRecord,
  type Status,
} from '@holdfast/contracts';
import { readCatalogue, type Catalogue } from '../backups/catalogue.ts';
import type { GatewayDependencies } from '../dependencies.ts';
import { view } from '../runs/routes.ts';
import { failureOfRun } from '../runs/view-run.ts';
import { judgeHealth } from './judge-health.ts';
import { viewDatabases } from './view-databases.ts';

type Attempted<T> =
  { readonly value: T; readonly error?: undefined } | { readonly value?: undefined; readonly error: Failure };

/** A status is asked for when things are broken: each part may fail, and is told as such. */
async function attempt<T>(ask: () => Promise<T>): Promise<Attempted<T>> {
  try {
    return { value: await ask() };
  } catch (error) {
    return { error: failureOf(error) };
  }
}

export async function gatherDatabases(deps: GatewayDependencies): Promise<readonly DatabaseView[]> {
  const [presences, catalogue] = await Promise.all([deps.presence(), readCatalogue(deps)]);
  return viewDatabases(presences, catalogue.backups);
}

/** Catalogue and status in one look, for both status routes. Never throws for something that is down. */
export async function gatherStatus(deps: GatewayDependencies): Promise<{
  readonly status: Status;
  readonly backups: readonly Backup[];
  readonly foreign: readonly Foreign[];
  readonly recent: readonly RunRecord[];
}> {
  const [presences, recent, catalogue, space, historyError] = await Promise.all([
    attempt(deps.presence),
    attempt(deps.recentRuns),
    attempt(() => readCatalogue(deps)),
    attempt(() => deps.repository.storage.check()),
    deps.history.problem(),
  ]);
  const processes = presences.value ?? [];
  const runs = recent.value ?? [];
  const backups = catalogue.value?.backups ?? [];
  const databases = viewDatabases(processes, backups);
  const repositoryError = catalogue.error ?? space.error;
  const freeBytes = space.value?.freeBytes;
  const unreadable = catalogue.value?.problems.length ?? 0;
  const connected = deps.bus.isConnected() && presences.error === undefined;
  const history = { configured: deps.history.configured, ...(historyError ? { error: historyError } : {}) };
  const judgement = judgeHealth({
    busConnected: connected,
    workers: count(processes, 'backup-worker'),
    validators: count(processes, 'validator'),
    history,
    repository: { error: repositoryError, freeBytes, unreadable },
    databases: databases.map((database) => ({
      ...database,
      verdict: verdictOf(catalogue.value, database.lastBackup?.filename),
      lastFailure: lastFailureOf(runs, database.id),
    })),
  });
  const status: Status = {
    at: deps.now().toISOString(),
    health: { overall: judgement.overall, issues: [...judgement.issues] },
    bus: { connected },
    history: { ...history, available: history.configured && !historyError },
    repository: {
      location: deps.repository.storage.location,
      available: !repositoryError,
      ...(freeBytes === undefined ? {} : { freeBytes }),
      backups: backups.length,
      sizeBytes: backups.reduce((sum, backup) => sum + backup.sizeBytes, 0),
      unreadable,
      ...(repositoryError ? { error: repositoryError } : {}),
    },
    services: processes.map(({ service, instance, startedAt, roles }) => ({
      service,
      instance,
      startedAt,
      roles,
    })),
    databases: [...databases],
    activeRuns: runs.filter((record) => !isTerminal(record.state)).map(view),
    configuration: {
      compression: deps.settings.BACKUP_COMPRESSION_ENABLED ? deps.settings.BACKUP_COMPRESSION : 'none',
      compressionLevel: deps.settings.BACKUP_COMPRESSION_LEVEL,
      validateAfterBackup: deps.settings.BACKUP_VALIDATE_AFTER_BACKUP,
      validateBeforeRestore: deps.settings.BACKUP_VALIDATE_BEFORE_RESTORE,
    },
  };
  return { status, backups, foreign: catalogue.value?.foreign ?? [], recent: runs };
}

const count = (presences: readonly Presence[], service: string): number =>
  presences.filter((presence) => presence.service === service).length;

const verdictOf = (catalogue: Catalogue | undefined, filename: string | undefined) =>
  catalogue?.backups.find((backup) => backup.filename === filename)?.lastValidation?.verdict;

/** Only the newest run that ended counts: a success after a failure mends it. A cancelled one says nothing. */
function lastFailureOf(newestFirst: readonly RunRecord[], database: string): Failure | undefined {
  const ended = newestFirst.find(
    (record) =>
      record.kind === 'backup' &&
      record.database === database &&
      (record.state === 'completed' || record.state === 'failed'),
  );
  return ended && failureOfRun(ended);
}
