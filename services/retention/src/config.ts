import { pickSettings, storageSettingNames } from '@holdfast/contracts';
import type { z } from 'zod';

export const retentionSettings = pickSettings(
  'NATS_URL',
  'NATS_CREDS_FILE',
  'EVENTS_PREFIX',
  ...storageSettingNames,
  'BACKUP_MAX_RETRIES',
  'BACKUP_RETRY_WAIT',
  'HOLDFAST_METRICS_PORT',
  'HOLDFAST_LOG_LEVEL',
  'HOLDFAST_LOG_FILE',
);
export type RetentionSettings = z.output<typeof retentionSettings>;
