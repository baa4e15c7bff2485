import { pickSettings, serviceSettingNames } from '@holdfast/contracts';
import type { z } from 'zod';

export const notifierSettings = pickSettings(...serviceSettingNames);
export type NotifierSettings = z.output<typeof notifierSettings>;
