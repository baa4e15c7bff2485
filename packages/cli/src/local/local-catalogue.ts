import {
  failureOf,
  type BackupSort,
  type DatabaseView,
  type OperationOutput,
  type Status,
} from '@holdfast/contracts';
import { listForeign } from '@holdfast/engine';
import { sortBackups } from '../sort-backups.ts';
import type { LocalParts } from './local-work.ts';

type Listed = OperationOutput<'listBackups'>;

/** The backups from their manifests. Nothing is known of validations: that is kept by the server. */
export async function readCatalogue(
  { repository }: Pick<LocalParts, 'repository'>,
  {
    database,
    sort = 'date',
    limit,
  }: {
    readonly database?: string | undefined;
    readonly sort?: BackupSort | undefined;
    readonly limit?: number;
  } = {},
): Promise<Listed> {
  const filter = database === undefined ? {} : { database };
  const entries = await repository.list(filter);
  const foreign = await listForeign(repository.storage, filter);
  const backups = entries.flatMap((entry) => (entry.manifest ? [entry.manifest.backup] : []));
  // What has no manifest is no backup, and may be one in the making.
  const problems = entries.flatMap((entry) =>
    entry.problem === undefined || entry.problem === 'manifest_missing'
      ? []
      : [{ key: entry.key, error: { code: entry.problem, message: entry.detail } }],
  );
  return {
    backups: sortBackups(backups, sort).slice(0, limit),
    ...(foreign.length === 0 ? {} : { foreign: [...foreign] }),
    problems,
    total: backups.length,
    historyAvailable: false,
  };
}

/** Databases that are configured or have backups. */
async function viewDatabases(
  { databases }: Pick<LocalParts, 'databases'>,
  { backups }: Pick<Listed, 'backups'>,
): Promise<readonly DatabaseView[]> {
  const names = new Map<string, string>();
  for (const backup of backups.toReversed()) names.set(backup.database, backup.databaseName);
  for (const { id, name } of await databases.known()) names.set(id, name);
  return [...names].map(([id, name]) => {
    const own = backups.filter((backup) => backup.database === id);
    const [newest] = own;
    return {
      id,
      name,
      workers: 0,
      backups: own.length,
      sizeBytes: own.reduce((sum, backup) => sum + backup.sizeBytes, 0),
      ...(newest
        ? {
            lastBackup: {
              filename: newest.filename,
              createdAt: newest.createdAt,
              sizeBytes: newest.sizeBytes,
            },
          }
        : {}),
    };
  });
}

/** How the repository is. Never throws for a repository or a database that is down: that is what it tells. */
export async function readStatus(parts: LocalParts, now: Date): Promise<Status> {
  const { settings, repository } = parts;
  const issues: Status['health']['issues'] = [];
  const [space, listed] = await Promise.all([
    attempt(() => repository.storage.check(), issues),
    attempt(() => readCatalogue(parts), issues),
  ]);
  const databases = listed && (await attempt(() => viewDatabases(parts, listed), issues));
  const unreadable = listed?.problems.length ?? 0;
  if (unreadable > 0) {
    const message = `${unreadable} manifests name no usable backup; "backup-admin --local list --verbose" tells which.`;
    issues.push({ severity: 'warning', message });
  }
  const [first] = issues;
  const { BACKUP_COMPRESSION_ENABLED: compresses, BACKUP_COMPRESSION: codec } = settings;
  return {
    at: now.toISOString(),
    health: { overall: first?.severity ?? 'healthy', issues: unique(issues) },
    bus: { connected: false },
    history: { configured: false, available: false },
    repository: {
      location: repository.storage.location,
      available: space !== undefined && listed !== undefined,
      ...(space?.freeBytes === undefined ? {} : { freeBytes: space.freeBytes }),
      backups: listed?.total ?? 0,
      sizeBytes: (listed?.backups ?? []).reduce((sum, backup) => sum + backup.sizeBytes, 0),
      unreadable,
    },
    services: [],
    databases: [...(databases ?? [])],
    activeRuns: [],
    configuration: {
      compression: compresses ? codec : 'none',
      compressionLevel: settings.BACKUP_COMPRESSION_LEVEL,
      validateAfterBackup: settings.BACKUP_VALIDATE_AFTER_BACKUP,
      validateBeforeRestore: settings.BACKUP_VALIDATE_BEFORE_RESTORE,
    },
  };
}

async function attempt<T>(ask: () => Promise<T>, issues: Status['health']['issues']): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    issues.push({ severity: 'critical', message: failureOf(error).message });
    return undefined;
  }
}

/** Free space and content of a repository that is gone fail alike. */
const unique = (issues: Status['health']['issues']): Status['health']['issues'] => [
  ...new Map(issues.map((issue) => [issue.message, issue])).values(),
];
