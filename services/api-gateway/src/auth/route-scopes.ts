import type { OperationId } from '@holdfast/contracts';

type Fields = Readonly<Record<string, unknown>>;
/** A request's checked input, all places in one. */
export type Input = Fields;

/**
 * What a route is about, for callers who may do things with some databases only. `system` needs all of them; `own` looks
 * after it itself; `list` shows what may be seen of an answer.
 */
export type About =
  | { readonly kind: 'system' | 'own' }
  /** An id or pattern in this field; absent: all of them. */
  | { readonly kind: 'database'; readonly field: string }
  /** A backup by any of its names; what is not his is not there. `database`: where it goes to, when that is told. */
  | { readonly kind: 'backup' }
  | { readonly kind: 'run' }
  /** A stored schedule; with `database` in the body, that too. */
  | { readonly kind: 'schedule' }
  | { readonly kind: 'list'; readonly fields: readonly string[] };

const system: About = { kind: 'system' };
const own: About = { kind: 'own' };
const backup: About = { kind: 'backup' };
const run: About = { kind: 'run' };
const schedule: About = { kind: 'schedule' };
const database: About = { kind: 'database', field: 'database' };
const list = (...fields: readonly string[]): About => ({ kind: 'list', fields });

/** Every route with a permission; what is missing here counts as `system`, and a test fails. */
export const routeScopes: Readonly<Partial<Record<OperationId, About>>> = {
  createBackup: database,
  listBackups: list('backups', 'foreign', 'problems'),
  getBackup: backup,
  deleteBackup: backup,
  downloadBackup: backup,
  getBackupContents: backup,
  exportBackup: backup,
  createRestore: backup,
  undoRestore: run,
  createValidation: backup,
  listDrills: list('drills'),
  createDrill: database,
  listRuns: list('runs'),
  getRun: run,
  cancelRun: run,
  retryRun: run,
  getRunLog: run,
  watchRunProgress: run,
  listSchedules: list('schedules'),
  getSchedule: schedule,
  previewSchedule: schedule,
  createSchedule: database,
  updateSchedule: schedule,
  pauseSchedule: schedule,
  resumeSchedule: schedule,
  runSchedule: schedule,
  removeSchedule: schedule,
  planRetention: database,
  createCleanup: database,
  listPolicies: list('policies'),
  putPolicy: { kind: 'database', field: 'policy' },
  removePolicy: { kind: 'database', field: 'policy' },
  pinBackup: backup,
  unpinBackup: backup,
  listNotifications: list('deliveries'),
  listChannels: system,
  previewNotifications: database,
  testChannel: system,
  retryNotification: system,
  getStatus: system,
  listDestinations: system,
  listDatabases: list('databases'),
  rebuildHistory: system,
  listTokens: system,
  createToken: own,
  rotateToken: own,
  revokeToken: own,
  listAudit: system,
  exportAudit: system,
  watchEvents: own,
  listDeadLetters: system,
  getDeadLetter: system,
  retryDeadLetter: system,
  removeDeadLetter: system,
  legacyCreateBackup: database,
  // What existing clients get tells no databases, so it cannot be shown in part.
  legacyListBackups: system,
  legacyDownloadBackup: backup,
  legacyDeleteBackup: backup,
  legacyRestoreBackup: backup,
  legacyUploadBackup: system,
  enhancedCreateBackup: database,
  enhancedRestoreBackup: backup,
  enhancedGetStatus: system,
  enhancedValidateBackup: backup,
  enhancedListHistory: system,
  enhancedListSchedules: system,
  enhancedCreateSchedule: database,
  enhancedRemoveSchedule: schedule,
  enhancedCleanUp: system,
  getMetrics: system,
};
