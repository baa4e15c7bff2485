import { pickSettings, storageSettingNames } from '@holdfast/contracts';
import type { z } from 'zod';

export const historySettings = pickSettings(
  'HISTORY_DATABASE_URL',
  'NATS_URL',
  'NATS_CREDS_FILE',
  'EVENTS_PREFIX',
  ...storageSettingNames,
  'HOLDFAST_METRICS_PORT',
  'HOLDFAST_METRICS_HOST',
  'HOLDFAST_LOG_LEVEL',
  'HOLDFAST_LOG_FILE',
);
export type HistorySettings = z.output<typeof historySettings>;
