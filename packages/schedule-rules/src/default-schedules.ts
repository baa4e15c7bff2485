import { parseDuration, scheduleFieldsSchema, type ScheduleFields } from '@holdfast/contracts';

export type DefaultSettings = {
  readonly AUTO_BACKUP_ENABLED: boolean;
  readonly BACKUP_INTERVAL: string;
  readonly BACKUP_TIME: string;
  readonly BACKUP_TIMEZONE: string;
};
export type NamedFields = ScheduleFields & { readonly id: string };

const DAY_MS = 86_400_000;

/** What the environment alone declares: one schedule `default`, or none. An interval of a day begins at BACKUP_TIME. */
export function defaultSchedules(settings: DefaultSettings): readonly NamedFields[] {
  if (!settings.AUTO_BACKUP_ENABLED) return [];
  const isDaily = parseDuration(settings.BACKUP_INTERVAL) === DAY_MS;
  const fields = scheduleFieldsSchema.parse({
    description: 'AUTO_BACKUP_ENABLED: every database, by BACKUP_INTERVAL and BACKUP_TIME.',
    rule: isDaily ? `daily at ${settings.BACKUP_TIME}` : settings.BACKUP_INTERVAL,
    timezone: settings.BACKUP_TIMEZONE,
  });
  return [{ id: 'default', ...fields }];
}

/** A start for people without wishes of their own: weekly full, daily differential, hourly incremental. */
export function presetForNewcomers(timezone = 'UTC', database = '*'): readonly NamedFields[] {
  const make = (id: string, fields: Partial<ScheduleFields>): NamedFields => ({
    id,
    ...scheduleFieldsSchema.parse({ timezone, database, jitterMs: 600_000, ...fields }),
  });
  return [
    make('weekly-full', {
      description: 'A full backup each week.',
      rule: 'weekly on sunday at 02:00',
      type: 'full',
    }),
    make('daily-differential', {
      description: 'What changed since the full one, each day but the day of the full.',
      rule: '0 2 * * mon-sat',
      type: 'differential',
    }),
    make('hourly-incremental', {
      description: 'What changed since the last backup, each hour.',
      rule: '30 * * * *',
      type: 'incremental',
    }),
  ];
}
