import {
  backupSettingNames,
  databaseSettingNames,
  keySettingNames,
  pickSettings,
  serviceSettingNames,
  spaceSettingNames,
  storageSettingNames,
} from '@holdfast/contracts';
import type { z } from 'zod';

export const workerSettings = pickSettings(
  ...serviceSettingNames,
  ...databaseSettingNames,
  ...storageSettingNames,
  ...keySettingNames,
  ...backupSettingNames,
  ...spaceSettingNames,
  'BACKUP_VALIDATE_AFTER_BACKUP',
  'BACKUP_VALIDATE_BEFORE_RESTORE',
  'BACKUP_MAX_RETRIES',
  'BACKUP_RETRY_WAIT',
  'BACKUP_RESTORE_KEEP',
  'BACKUP_HOOKS_FILE',
  'MAX_CONCURRENT_BACKUPS',
  'MAX_CONCURRENT_BACKUPS_PER_SERVER',
  'WORKER_ROLES',
);
export type WorkerSettings = z.output<typeof workerSettings>;
