import type { Failure, Schedule, ScheduleFields } from '@holdfast/contracts';

/** Names of the fields that people decide about and that differ; what nobody sees (who, when) does not count. */
export function changedFields(before: Schedule, after: Schedule): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  for (const name of ['updatedAt', 'updatedBy', 'createdAt']) names.delete(name);
  const valueOf = (schedule: Schedule, name: string): string =>
    JSON.stringify((schedule as Readonly<Record<string, unknown>>)[name]) ?? ''; // by a name that one of them has
  return [...names].filter((name) => valueOf(before, name) !== valueOf(after, name)).sort();
}

/** Why the API may not change it. */
export function whyManaged({ id, managedBy }: Schedule): Failure | undefined {
  if (managedBy === 'api') return undefined;
  const where =
    managedBy === 'file'
      ? 'in BACKUP_SCHEDULES_FILE'
      : 'by AUTO_BACKUP_ENABLED, BACKUP_INTERVAL and BACKUP_TIME';
  const message = `The schedule "${id}" is declared ${where}; change it there, or add another beside it.`;
  return { code: 'schedule_managed', message };
}

type Change = { readonly at: string; readonly by: string };

export const newSchedule = (id: string, fields: ScheduleFields, { at, by }: Change): Schedule => ({
  ...fields,
  id,
  managedBy: 'api',
  createdAt: at,
  updatedAt: at,
  updatedBy: by,
});

export const changedSchedule = (
  { id, managedBy, createdAt }: Schedule,
  fields: ScheduleFields,
  { at, by }: Change,
): Schedule => ({ ...fields, id, managedBy, createdAt, updatedAt: at, updatedBy: by });
