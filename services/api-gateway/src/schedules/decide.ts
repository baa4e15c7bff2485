import type { Failure, Schedule } from '@holdfast/contracts';

const DECLARED = {
  file: 'in BACKUP_SCHEDULES_FILE',
  environment: 'by AUTO_BACKUP_ENABLED, BACKUP_INTERVAL and BACKUP_TIME',
} as const;

/** Why the API may not change it; undefined: it may. */
export function whyManaged({ id, managedBy }: Pick<Schedule, 'id' | 'managedBy'>): Failure | undefined {
  if (managedBy === 'api') return undefined;
  const message = `The schedule "${id}" is declared ${DECLARED[managedBy]}; change it there, or add another beside it.`;
  return { code: 'schedule_managed', message };
}
