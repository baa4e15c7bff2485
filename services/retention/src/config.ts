import { pickSettings, serviceSettingNames, storageSettingNames } from '@holdfast/contracts';
import type { z } from 'zod';

export const retentionSettings = pickSettings(
  ...serviceSettingNames,
  ...storageSettingNames,
  'BACKUP_MAX_RETRIES',
  'BACKUP_RETRY_WAIT',
  'BACKUP_RETENTION_DAYS',
  'BACKUP_MAX_BACKUPS',
  'BACKUP_MAX_TOTAL_SIZE',
  'BACKUP_TIMEZONE',
  'BACKUP_RETENTION_FILE',
  'BACKUP_RETENTION_GRACE',
  'BACKUP_SAFETY_KEEP',
  'BACKUP_ORPHAN_GRACE',
);
export type RetentionSettings = z.output<typeof retentionSettings>;
