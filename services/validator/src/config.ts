import { pickSettings, storageSettingNames, keySettingNames, serviceSettingNames } from '@holdfast/contracts';
import type { z } from 'zod';

export const validatorSettings = pickSettings(
  ...serviceSettingNames,
  ...storageSettingNames,
  ...keySettingNames,
  'BACKUP_DRILL_URL',
  'BACKUP_DRILL_USER',
  'BACKUP_SCRATCH_DIR',
  'BACKUP_MAX_RETRIES',
  'BACKUP_RETRY_WAIT',
);
export type ValidatorSettings = z.output<typeof validatorSettings>;
