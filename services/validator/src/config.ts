import { pickSettings, storageSettingNames, keySettingNames } from '@holdfast/contracts';
import type { z } from 'zod';

export const validatorSettings = pickSettings(
  'NATS_URL',
  'NATS_CREDS_FILE',
  'EVENTS_PREFIX',
  ...storageSettingNames,
  ...keySettingNames,
  'BACKUP_DRILL_URL',
  'BACKUP_DRILL_USER',
  'BACKUP_SCRATCH_DIR',
  'BACKUP_MAX_RETRIES',
  'BACKUP_RETRY_WAIT',
  'HOLDFAST_METRICS_PORT',
  'HOLDFAST_LOG_LEVEL',
  'HOLDFAST_LOG_FILE',
);
export type ValidatorSettings = z.output<typeof validatorSettings>;
