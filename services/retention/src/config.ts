import { pickSettings, serviceSettingNames, storageSettingNames } from '@holdfast/contracts';
import type { z } from 'zod';

export const retentionSettings = pickSettings(
  ...serviceSettingNames,
  ...storageSettingNames,
  'BACKUP_MAX_RETRIES',
  'BACKUP_RETRY_WAIT',
);
export type RetentionSettings = z.output<typeof retentionSettings>;
