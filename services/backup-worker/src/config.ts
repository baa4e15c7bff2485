import {
  backupSettingNames,
  databaseSettingNames,
  keySettingNames,
  pickSettings,
  storageSettingNames,
} from '@holdfast/contracts';
import type { z } from 'zod';

export const workerSettings = pickSettings(
  'NATS_URL',
  'NATS_CREDS_FILE',
  'EVENTS_PREFIX',
  ...databaseSettingNames,
  ...storageSettingNames,
  ...keySettingNames,
  ...backupSettingNames,
  'BACKUP_VALIDATE_AFTER_BACKUP',
  'BACKUP_VALIDATE_BEFORE_RESTORE',
  'BACKUP_MAX_RETRIES',
  'BACKUP_RETRY_WAIT',
  'BACKUP_RESTORE_KEEP',
  'MAX_CONCURRENT_BACKUPS',
  'WORKER_ROLES',
  'HOLDFAST_METRICS_PORT',
  'HOLDFAST_LOG_LEVEL',
  'HOLDFAST_LOG_FILE',
);
export type WorkerSettings = z.output<typeof workerSettings>;
