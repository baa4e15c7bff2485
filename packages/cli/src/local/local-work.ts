import {
  backupRequestSchema,
  createBackupBody,
  createRestoreBody,
  createValidationBody,
  failureOf,
  HoldfastError,
  isForeign,
  release,
  restoreRequestSchema,
  type BackupRequest,
  type DatabaseId,
  type Manifest,
  type OperationInput,
  type Run,
  type ValidationLevel,
} from '@holdfast/contracts';
import {
  backupOptionsOf,
  createBackup,
  lookUp,
  openDrillServer,
  restoreBackup,
  validateBackup,
  type DatabaseTarget,
  type DrillNeeds,
  type EngineContext,
  type EngineProgress,
  type Repository,
} from '@holdfast/engine';
import { randomUUIDv7 } from 'node:crypto';
import type { LocalDatabases } from './local-databases.ts';
import type { LocalRuns, Work } from './local-runs.ts';
import type { LocalSettings } from './local-settings.ts';

export type LocalParts = {
  readonly settings: LocalSettings;
  readonly repository: Repository;
  readonly databases: LocalDatabases;
  readonly runs: LocalRuns;
  /** This process, as it stands in manifests. */
  readonly worker: string;
};

/** Who asked: there is nobody to authenticate. */
const BY = 'backup-admin --local';

/** Asks for a backup, and for the validation that follows it where one is wanted. */
export async function askForBackup(
  parts: LocalParts,
  input: OperationInput<'createBackup'> = {},
): Promise<Run> {
  const { database: named, ...wanted } = createBackupBody.parse(input);
  const request = backupRequestSchema.parse({ ...wanted, by: BY });
  const database = await parts.databases.pick(named);
  const validate = request.validate ?? parts.settings.BACKUP_VALIDATE_AFTER_BACKUP;
  return parts.runs.request('backup', database.id, async (run, surroundings) => {
    const { backup } = await makeBackup(parts, database, {
      ...surroundings,
      request,
      run: run.id,
      at: run.requestedAt,
    });
    if (validate === 'none') return { backup };
    return { backup, validationRun: requestValidation(parts, backup.filename, backup.database, validate).id };
  });
}

type MakeBackup = Parameters<Work>[1] & {
  readonly request: BackupRequest;
  readonly run: string;
  readonly at: string;
};

function makeBackup(parts: LocalParts, database: DatabaseTarget, options: MakeBackup): Promise<Manifest> {
  return createBackup(contextOf(parts, options), {
    database,
    run: options.run,
    attempt: 1,
    requestedAt: new Date(options.at),
    ...backupOptionsOf(parts.settings, options.request),
  });
}

/** Throws backup_not_found before anything is asked for. */
export async function askForValidation(
  parts: LocalParts,
  input: OperationInput<'createValidation'>,
): Promise<Run> {
  const { filename, level } = createValidationBody.parse(input);
  const found = await lookUp(parts.repository, filename);
  const backup = isForeign(found) ? found : found.backup;
  return requestValidation(parts, backup.filename, backup.database, level);
}

const requestValidation = (
  parts: LocalParts,
  reference: string,
  database: DatabaseId | undefined,
  level: ValidationLevel,
): Run =>
  parts.runs.request('validation', database, async (_run, surroundings) => {
    const {
      BACKUP_DRILL_URL: url,
      BACKUP_SCRATCH_DIR: scratchDir,
      BACKUP_DRILL_USER: osUser,
    } = parts.settings;
    const openServer = (needs: DrillNeeds) => openDrillServer({ url, scratchDir, osUser }, needs);
    const options = { reference, level, openDrillServer: openServer };
    return { validation: await validateBackup(contextOf(parts, surroundings), options) };
  });

export async function askForRestore(parts: LocalParts, input: OperationInput<'createRestore'>): Promise<Run> {
  const { database: named, ...wanted } = createRestoreBody.parse(input);
  const found = await lookUp(parts.repository, wanted.filename);
  const backup = isForeign(found) ? found : found.backup;
  // The file's own name: an alias could come to mean another backup.
  const request = restoreRequestSchema.parse({ ...wanted, filename: backup.filename, by: BY });
  const database = await parts.databases.pick(named ?? backup.database);
  const { settings } = parts;
  return parts.runs.request('restore', database.id, async (run, surroundings) => {
    const restore = await restoreBackup(contextOf(parts, surroundings), {
      database,
      run: run.id,
      attempt: 1,
      request,
      validateFirst: request.validateFirst ?? settings.BACKUP_VALIDATE_BEFORE_RESTORE,
      keepMs: settings.BACKUP_RESTORE_KEEP,
      safetyBackup: request.safetyBackup
        ? () => takeSafetyBackup(parts, database, run, surroundings)
        : undefined,
    });
    return { restore };
  });
}

/** Fails closed: no restore without the copy that was wanted. */
async function takeSafetyBackup(
  parts: LocalParts,
  database: DatabaseTarget,
  restore: Run,
  { signal, onProgress }: Parameters<Work>[1],
): Promise<string> {
  const request = backupRequestSchema.parse({
    trigger: 'safety',
    description: `before restore ${restore.id}`,
    by: BY,
  });
  const asSafety = (progress: EngineProgress): void => onProgress({ ...progress, phase: 'safety-backup' });
  const options = { signal, onProgress: asSafety, request, run: randomUUIDv7(), at: restore.requestedAt };
  try {
    return (await makeBackup(parts, database, options)).backup.filename;
  } catch (cause) {
    signal.throwIfAborted();
    throw new HoldfastError(
      'safety_backup_failed',
      `The safety backup before the restore failed, so nothing was touched: ${failureOf(cause).message} Mend it, or restore with --no-safety-backup.`,
      { cause },
    );
  }
}

const contextOf = (
  { repository, worker, settings }: LocalParts,
  { signal, onProgress }: Parameters<Work>[1],
): EngineContext => ({
  repository,
  worker,
  release,
  signal,
  jobs: settings.BACKUP_PARALLEL_JOBS,
  scratchDir: settings.BACKUP_SCRATCH_DIR,
  foreignMaxBytes: settings.BACKUP_FOREIGN_MAX_SIZE,
  onProgress,
});
