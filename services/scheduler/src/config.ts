import { pickSettings, serviceSettingNames } from '@holdfast/contracts';
import type { z } from 'zod';
import { healthSettingNames } from './health/config.ts';

export const schedulerSettings = pickSettings(
  ...serviceSettingNames,
  ...healthSettingNames,
  'BACKUP_ENABLED',
  'AUTO_BACKUP_ENABLED',
  'BACKUP_INTERVAL',
  'BACKUP_TIME',
  'BACKUP_TIMEZONE',
  'BACKUP_SCHEDULES_FILE',
);
export type SchedulerSettings = z.output<typeof schedulerSettings>;
