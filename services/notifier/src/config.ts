import { keySettingNames, pickSettings, serviceSettingNames, storageSettingNames } from '@holdfast/contracts';
import type { z } from 'zod';

export const notifierSettings = pickSettings(
  ...serviceSettingNames,
  // It looks at manifests before it says that a backup is not there.
  ...storageSettingNames,
  ...keySettingNames,
  'HOLDFAST_HOME',
  'NOTIFIER_STATE_DIR',
  'BACKUP_ENABLED',
  'BACKUP_NOTIFY_SUCCESS',
  'BACKUP_NOTIFY_FAILURE',
  'BACKUP_SLACK_WEBHOOK_URL',
  'BACKUP_WEBHOOK_URL',
  'BACKUP_WEBHOOK_SECRET',
  'BACKUP_WEBHOOK_HEADERS',
  'BACKUP_WEBHOOK_ALLOW_PRIVATE',
  'BACKUP_NOTIFICATION_EMAIL',
  'SMTP_URL',
  'SMTP_FROM',
  'BACKUP_NOTIFICATION_ROUTES_FILE',
  'BACKUP_NOTIFICATION_TEMPLATES',
  'BACKUP_NOTIFICATION_REMIND',
  'BACKUP_NOTIFICATION_MAX_ATTEMPTS',
  'BACKUP_ABSENCE_TOLERANCE',
  'BACKUP_HEARTBEAT_URLS',
  'CONSOLE_URL',
);
export type NotifierSettings = z.output<typeof notifierSettings>;
