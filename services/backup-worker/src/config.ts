import {
  backupSettingNames,
  databaseSettingNames,
  keySettingNames,
  pickSettings,
  serviceSettingNames,
  storageSettingNames,
} from '@holdfast/contracts';
import type { z } from 'zod';

export const workerSettings = pickSettings(
  ...serviceSettingNames,
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
);
export type WorkerSettings = z.output<typeof workerSettings>;
