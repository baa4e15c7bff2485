import {
  accessSettingNames,
  keySettingNames,
  pickSettings,
  settings,
  storageSettingNames,
} from '@holdfast/contracts';
import type { z } from 'zod';

export const gatewaySettings = pickSettings(
  'HOLDFAST_HOST',
  'HOLDFAST_PORT',
  'HOLDFAST_METRICS_PORT',
  'HOLDFAST_METRICS_HOST',
  'HOLDFAST_HOME',
  'HOLDFAST_ADMIN_TOKEN_FILE',
  'HOLDFAST_LOG_LEVEL',
  'HOLDFAST_LOG_FILE',
  'NATS_URL',
  'NATS_CREDS_FILE',
  'EVENTS_PREFIX',
  ...accessSettingNames,
  ...storageSettingNames,
  ...keySettingNames,
  'BACKUP_COMPRESSION_ENABLED',
  'BACKUP_COMPRESSION',
  'BACKUP_COMPRESSION_LEVEL',
  'BACKUP_VALIDATE_AFTER_BACKUP',
  'BACKUP_VALIDATE_BEFORE_RESTORE',
  'BACKUP_UPLOAD_MAX_SIZE',
  'BACKUP_ENABLED',
  'BACKUP_TIMEZONE',
  'BACKUP_RETENTION_DAYS',
  'BACKUP_MAX_BACKUPS',
  'BACKUP_MAX_TOTAL_SIZE',
  'BACKUP_RETENTION_FILE',
).extend({
  /** Optional here: without it history's answers come from the bus, as far back as that remembers. */
  HISTORY_DATABASE_URL: settings.HISTORY_DATABASE_URL.schema.optional(),
});
export type GatewaySettings = z.output<typeof gatewaySettings>;
