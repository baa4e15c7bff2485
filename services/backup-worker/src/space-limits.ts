import type { SpaceLimits } from '@holdfast/engine';
import type { WorkerSettings } from './config.ts';

/** How full a destination may become by what is stored there. */
export const spaceLimitsOf = (settings: WorkerSettings): SpaceLimits => ({
  criticalPercent: settings.BACKUP_STORAGE_CRITICAL_PERCENT,
  quotaBytes: settings.BACKUP_STORAGE_QUOTA,
});
