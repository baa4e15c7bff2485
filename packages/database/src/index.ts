export {
  connectDatabase,
  type ConnectOptions,
  type HistoryDatabase,
  type HistoryTransaction,
} from './connection/connect-database.ts';
export { migrate } from './migrations/migrate.ts';
export { grantReadOnly } from './connection/grant-read-only.ts';
export type { RunChange, RunStage } from './runs/run-change.ts';
export { upsertRun } from './runs/upsert-run.ts';
export { findRun } from './runs/find-run.ts';
export { listRuns, type RunsFilter, type RunsPage } from './runs/list-runs.ts';
export { insertValidation, type ValidationChange } from './backups/insert-validation.ts';
export { upsertRestore, type RestoreChange } from './runs/upsert-restore.ts';
export { upsertBackup, type BackupChange } from './backups/upsert-backup.ts';
export { rewrapBackup, type RewrapChange } from './backups/rewrap-backup.ts';
export { refreshBackups } from './backups/refresh-backups.ts';
export { findBackup } from './backups/find-backup.ts';
export { listBackups, type BackupsFilter } from './backups/list-backups.ts';
export type { HistoryBackup } from './backups/backup-row.ts';
export { listActivity, type Activity, type ActivityPage } from './activity/list-activity.ts';
export { statistics, type RunOutcomes, type Statistics } from './statistics/statistics.ts';
export { runCounts, type RunCount } from './statistics/run-counts.ts';
export { databaseStatistics, type DatabaseStatistics } from './statistics/database-statistics.ts';
export { lockPosition, readPosition, type Position } from './projection/position.ts';
export { movePosition } from './projection/move-position.ts';
export { followNewStream, forgetFrom } from './projection/rebuild.ts';
export { behindSavepoint, isValueRefused } from './connection/savepoint.ts';
export { countRows, type RowCounts } from './projection/count-rows.ts';
export { appendAudit, type AuditChange } from './audit/append-audit.ts';
export { listAudit, type AuditFilter, type AuditPage } from './audit/list-audit.ts';
export { readChain } from './audit/read-chain.ts';
export { checkLink, GENESIS, type ChainLink, type ChainPoint } from './audit/chain.ts';
export { insertHappenings, type HappeningChange } from './happenings/insert-happenings.ts';
export { listHappenings, type Happening, type HappeningsFilter } from './happenings/list-happenings.ts';
