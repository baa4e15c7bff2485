import {
  type enhancedBackupSchema,
  type enhancedRestoreSchema,
  type enhancedStatusSchema,
  type enhancedValidationSchema,
  formatDuration,
  type legacyBackupSchema,
  type BackupSummary,
  type Backup,
  type ForeignBackup,
  type RestoreResult,
  type RunId,
  type Status,
  type ValidationResult,
} from '@holdfast/contracts';
import type { z } from 'zod';
import { nextBackupAt } from '../status/brief-schedules.ts';
import type { Activity } from '../history/history-reader.ts';

// Our shapes in the words of existing clients. Pure.

type Told<S extends z.ZodType> = z.output<S>;

type Named = BackupSummary | ForeignBackup;

/** The name a client chose comes back as it was chosen; it is accepted wherever a file name is. */
const nameOf = (backup: Named): string => ('alias' in backup ? backup.alias : undefined) ?? backup.filename;

const downloadUrl = (backup: Named): string =>
  `/api/v1/admin/backups/download/${encodeURIComponent(nameOf(backup))}`;

const someWarnings = (warnings: readonly string[]): { warnings?: string[] } =>
  warnings.length === 0 ? {} : { warnings: [...warnings] };

export function renderBackup(backup: Named): Told<typeof legacyBackupSchema> {
  return {
    filename: nameOf(backup),
    description: backup.description,
    size: backup.sizeBytes,
    created_at: backup.createdAt,
    download_url: downloadUrl(backup),
    ...(backup.database === undefined ? {} : { database: backup.database }),
    stored_as: backup.filename,
  };
}

export function renderEnhancedBackup(
  backup: BackupSummary,
  { validated, warnings }: { readonly validated: boolean; readonly warnings: readonly string[] },
): Told<typeof enhancedBackupSchema> {
  return {
    success: true,
    filename: nameOf(backup),
    size: backup.sizeBytes,
    duration: formatDuration(backup.durationMs),
    duration_ms: backup.durationMs,
    compressed: backup.compression !== 'none',
    encrypted: backup.encrypted,
    validated,
    checksum: backup.sha256,
    download_url: downloadUrl(backup),
    run: backup.run,
    ...someWarnings([...backup.warnings, ...warnings]),
  };
}

export function renderRestore(restore: RestoreResult, run: RunId): Told<typeof enhancedRestoreSchema> {
  return {
    success: true,
    duration: formatDuration(restore.durationMs),
    duration_ms: restore.durationMs,
    tables_count: restore.tablesCount,
    records_count: restore.rowsCount,
    run,
    ...(restore.safetyBackup === undefined ? {} : { safety_backup: restore.safetyBackup }),
    ...someWarnings(restore.warnings),
  };
}

/** A failed finding begins with the code of what is wrong. */
const CONTENT_CHANGED = /^archive_(truncated|corrupt)\b/;
const CONTENT_GONE = /^data_missing\b/;

export function renderValidation(
  result: ValidationResult,
  file: {
    readonly asked: string;
    readonly sizeBytes: number;
    readonly modifiedAt: string;
    readonly run: RunId;
  },
): Told<typeof enhancedValidationSchema> {
  const failed = result.findings.filter((finding) => finding.outcome === 'failed');
  const skipped = result.findings.filter(
    ({ outcome }) => outcome === 'skipped' || outcome === 'inconclusive',
  );
  const exists = !failed.some((finding) => CONTENT_GONE.test(finding.detail));
  const issues = failed.map((finding) => `${finding.check}: ${finding.detail}`);
  const warnings = [
    ...skipped.map((finding) => `${finding.check} was not compared: ${finding.detail}`),
    ...(result.level === 'checksum'
      ? ['Only the bytes were checked; ask for level structure or restore for more.']
      : []),
  ];
  return {
    filename: file.asked,
    valid: result.verdict !== 'invalid',
    file_exists: exists,
    readable_file: exists,
    valid_structure: failed.length === 0,
    checksum_match: exists && !failed.some((finding) => CONTENT_CHANGED.test(finding.detail)),
    size: file.sizeBytes,
    last_modified: file.modifiedAt,
    level: result.level,
    proven: result.verdict === 'proven',
    run: file.run,
    ...(issues.length === 0 ? {} : { issues }),
    ...someWarnings(warnings),
  };
}

const ACTIONS = new Set(['backup', 'restore', 'cleanup', 'validation']);
type Action = 'backup' | 'restore' | 'cleanup' | 'validation';
const isAction = (operation: string): operation is Action => ACTIONS.has(operation);
/** Existing clients know these alone: a copy is not told as something else. */
const actionsOf = (activities: readonly Activity[]) =>
  activities.flatMap(({ operation, ...rest }) =>
    isAction(operation) ? [{ ...rest, action: operation }] : [],
  );

/** Each newest first; files that we did not make count, but are no last backup. 0 retention days or backups: no such limit. */
export function renderStatus(
  status: Status,
  { backups, foreign }: { readonly backups: readonly Backup[]; readonly foreign: readonly ForeignBackup[] },
  activities: readonly Activity[],
): Told<typeof enhancedStatusSchema> {
  const [newest] = backups;
  const oldest = backups.at(-1);
  const lastProven = status.databases
    .flatMap(({ lastProven: proven }) => (proven ? [proven.at] : []))
    .sort()
    .at(-1);
  const issues = status.health.issues.map((issue) => issue.message);
  const due = nextBackupAt(status.schedules ?? []);
  return {
    enabled: status.configuration.enabled ?? true,
    auto_backup: (status.schedules ?? []).some(({ action, enabled }) => action === 'backup' && enabled),
    ...(due === undefined ? {} : { next_backup: due }),
    ...(newest ? { last_backup: newest.createdAt } : {}),
    ...(oldest ? { oldest_backup: oldest.createdAt } : {}),
    ...(lastProven === undefined ? {} : { last_proven: lastProven }),
    total_backups: backups.length + foreign.length,
    total_size: foreign.reduce((sum, { sizeBytes }) => sum + sizeBytes, status.repository.sizeBytes),
    health: {
      overall: status.health.overall,
      last_check: status.at,
      ...(issues.length === 0 ? {} : { issues }),
    },
    recent_activity: actionsOf(activities).map((activity) => ({
      timestamp: activity.timestamp,
      action: activity.action,
      status: activity.success ? ('success' as const) : ('failure' as const),
      duration: formatDuration(activity.durationMs),
      size: activity.sizeBytes,
      ...(activity.filename === '' ? {} : { filename: activity.filename }),
      description: activity.error ?? activity.description,
    })),
    configuration: {
      retention_days: Math.round(status.configuration.retentionDays ?? 0),
      max_backup_count: status.configuration.maxBackups ?? 0,
      compress_backups: status.configuration.compression !== 'none',
      encrypt_backups: status.configuration.encrypt ?? false,
      validate_backups: status.configuration.validateAfterBackup !== 'none',
      storage_type: storageTypeOf(status.repository.location),
    },
  };
}

const storageTypeOf = (location: string): string => (location.startsWith('s3:') ? 's3' : 'local');
