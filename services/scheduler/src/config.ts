import { pickSettings, serviceSettingNames } from '@holdfast/contracts';
import type { z } from 'zod';

export const schedulerSettings = pickSettings(...serviceSettingNames);
export type SchedulerSettings = z.output<typeof schedulerSettings>;
