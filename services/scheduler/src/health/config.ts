import { pickSettings, spaceSettingNames, storageSettingNames } from '@holdfast/contracts';
import type { z } from 'zod';

/** What the watch needs beside the settings of every service; the scheduler's own hold these too. */
export const healthSettingNames = [
  ...storageSettingNames,
  ...spaceSettingNames,
  'BACKUP_ENABLED',
  'BACKUP_DRILL_EVERY',
  'BACKUP_ABSENCE_TOLERANCE',
] as const;

const healthSettings = pickSettings(...healthSettingNames);
export type HealthSettings = z.output<typeof healthSettings>;
