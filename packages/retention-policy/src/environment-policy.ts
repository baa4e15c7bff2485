import { retentionPolicySchema, type RetentionPolicy } from '@holdfast/contracts';

const DAY_MS = 86_400_000;

export type EnvironmentLimits = {
  readonly BACKUP_RETENTION_DAYS: number;
  readonly BACKUP_MAX_BACKUPS: number;
  readonly BACKUP_MAX_TOTAL_SIZE?: number | undefined;
  readonly BACKUP_TIMEZONE: string;
};

/** What holds where nobody has written a policy: the limits of the settings. */
export const environmentPolicy = (limits: EnvironmentLimits): RetentionPolicy =>
  retentionPolicySchema.parse({
    maxAgeMs: Math.max(1, Math.round(limits.BACKUP_RETENTION_DAYS * DAY_MS)),
    maxCount: limits.BACKUP_MAX_BACKUPS,
    ...(limits.BACKUP_MAX_TOTAL_SIZE === undefined ? {} : { maxTotalBytes: limits.BACKUP_MAX_TOTAL_SIZE }),
    timezone: limits.BACKUP_TIMEZONE,
  });
