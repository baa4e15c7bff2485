import { pickSettings, storageSettingNames, keySettingNames, serviceSettingNames } from '@holdfast/contracts';
import type { z } from 'zod';

export const validatorSettings = pickSettings(
  ...serviceSettingNames,
  ...storageSettingNames,
  ...keySettingNames,
  'BACKUP_DRILL_URL',
  'BACKUP_DRILL_ON_SOURCE',
  'BACKUP_DRILL_USER',
  'BACKUP_DRILL_EVERY',
  'BACKUP_DRILL_AFTER_FULL',
  'BACKUP_DRILL_CHECKS',
  'BACKUP_DRILL_CONCURRENCY',
  'BACKUP_DRILL_TIMEOUT',
  'BACKUP_DRILL_AMCHECK',
  'BACKUP_VERIFY_CYCLE',
  'BACKUP_VERIFY_MAX_RATE',
  'BACKUP_ANOMALY_FACTOR',
  'BACKUP_SCRATCH_DIR',
  'BACKUP_MAX_RETRIES',
  'BACKUP_RETRY_WAIT',
);
export type ValidatorSettings = z.output<typeof validatorSettings>;
