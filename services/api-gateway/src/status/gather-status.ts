import {
  DEFAULT_POLICY,
  failureOf,
  isTerminal,
  type DatabaseView,
  type Failure,
  type Foreign,
  type HealthState,
  type Presence,
  type RetentionPolicy,
  type RunRecord,
  type Status,
} from '@holdfast/contracts';
import { hasKeepRules } from '@holdfast/retention-policy';
import type { Catalogue, KnownBackup } from '../backups/catalogue.ts';
import type { GatewayDependencies } from '../dependencies.ts';
import { policyInForce } from '../retention/policies.ts';
import { view } from '../runs/known-run.ts';
import { failureOfRun } from '../runs/view-run.ts';
import { readBriefs } from './brief-schedules.ts';
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
  const [presences, catalogue, schedules] = await Promise.all([
    deps.presence(),
    deps.catalogue(),
    readBriefs(deps),
  ]);
  return viewDatabases(presences, catalogue.backups, schedules);
}

export type Gathered = {
  readonly status: Status;
  readonly backups: readonly KnownBackup[];
  readonly foreign: readonly Foreign[];
  readonly recent: readonly RunRecord[];
  /** The room at each destination, as the watch over health saw it. */
  readonly storage: HealthState['storage'];
};

/** Catalogue and status in one look, for both status routes. Never throws for something that is down. */
export async function gatherStatus(deps: GatewayDependencies): Promise<Gathered> {
  const [presences, recent, catalogue, space, briefs, watched, policy, historyError] = await Promise.all([
    attempt(deps.presence),
    attempt(deps.recentRuns),
    attempt(() => deps.catalogue()),
    attempt(() => deps.repository.storage.check()),
    attempt(() => readBriefs(deps)),
    attempt(deps.watchedHealth),
    attempt(() => policyInForce(deps, DEFAULT_POLICY)),
    deps.history.problem(),
  ]);
  const processes = presences.value ?? [];
  const runs = recent.value ?? [];
  const backups = catalogue.value?.backups ?? [];
  const schedules = briefs.value ?? [];
  const databases = viewDatabases(processes, backups, schedules);
  const repositoryError = catalogue.error ?? space.error;
  const freeBytes = space.value?.freeBytes;
  const unreadable = catalogue.value?.problems.length ?? 0;
  const connected = deps.bus.isConnected() && presences.error === undefined;
  const history = { configured: deps.history.configured, ...(historyError ? { error: historyError } : {}) };
  const judgement = judgeHealth({
    busConnected: connected,
    processes: countByService(processes),
    hasSchedules: deps.settings.BACKUP_ENABLED && schedules.some(({ enabled }) => enabled),
    watched: watched.value,
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
    health: {
      overall: judgement.overall,
      issues: [...judgement.issues],
      checks: [...judgement.checks],
      ...(watched.value ? { watchedAt: watched.value.at } : {}),
    },
    bus: { connected },
    history: { ...history, available: history.configured && !historyError },
    repository: {
      location: deps.repository.storage.location,
      available: !repositoryError,
      ...(freeBytes === undefined ? {} : { freeBytes }),
      ...fillingOf(watched.value),
      backups: backups.length,
      sizeBytes: databases.reduce((sum, database) => sum + database.sizeBytes, 0),
      unreadable,
      ...(repositoryError ? { error: repositoryError } : {}),
    },
    services: processes.map(({ service, instance, startedAt, roles, release }) => ({
      service,
      instance,
      startedAt,
      roles,
      ...(release === undefined ? {} : { release }),
    })),
    databases: [...databases],
    ...(briefs.value ? { schedules: [...briefs.value] } : {}),
    activeRuns: runs.filter((record) => !isTerminal(record.state)).map(view),
    configuration: {
      compression: deps.settings.BACKUP_COMPRESSION_ENABLED ? deps.settings.BACKUP_COMPRESSION : 'none',
      compressionLevel: deps.settings.BACKUP_COMPRESSION_LEVEL,
      validateAfterBackup: deps.settings.BACKUP_VALIDATE_AFTER_BACKUP,
      validateBeforeRestore: deps.settings.BACKUP_VALIDATE_BEFORE_RESTORE,
      enabled: deps.settings.BACKUP_ENABLED,
      encrypt: encrypts(deps.settings),
      ...limitsOf(policy.value?.policy),
    },
  };
  return {
    status,
    backups,
    foreign: catalogue.value?.foreign ?? [],
    recent: runs,
    storage: watched.value?.storage,
  };
}

const countByService = (presences: readonly Presence[]): Readonly<Record<string, number>> =>
  Object.fromEntries(
    [...Map.groupBy(presences, ({ service }) => service)].map(([name, those]) => [name, those.length]),
  );

/** Of the primary destination, which comes first. */
function fillingOf(watched: HealthState | undefined): Partial<Status['repository']> {
  const { usedPercent, daysUntilFull } = watched?.storage?.[0] ?? {};
  return {
    ...(usedPercent === undefined ? {} : { usedPercent }),
    ...(daysUntilFull === undefined ? {} : { daysUntilFull }),
  };
}

const DAY_MS = 86_400_000;

/** Of a policy with keep rules these two say nothing: it has no such limits. */
function limitsOf(policy: RetentionPolicy | undefined): Partial<Status['configuration']> {
  if (!policy || hasKeepRules(policy)) return {};
  return {
    ...(policy.maxAgeMs === undefined ? {} : { retentionDays: policy.maxAgeMs / DAY_MS }),
    ...(policy.maxCount === undefined ? {} : { maxBackups: policy.maxCount }),
  };
}

/** As the workers decide it, when gateway and workers have the same settings. */
const encrypts = (settings: GatewayDependencies['settings']): boolean =>
  settings.BACKUP_ENCRYPT ??
  (settings.BACKUP_ENCRYPTION_KEY !== undefined || settings.BACKUP_AGE_RECIPIENTS !== undefined);

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
