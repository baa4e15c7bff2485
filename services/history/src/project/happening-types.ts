import type { EventType } from '@holdfast/contracts';

/** Events that are no step of a run: rows of their own. Their subject may be anything. */
export const happeningTypes = [
  'retention.cleanup.planned',
  'backup.pinned',
  'backup.unpinned',
  'backup.discovered',
  'backup.missing',
  'backup.anomalous',
  'backup.repaired',
  'backup.rewrapped',
  'schedule.created',
  'schedule.updated',
  'schedule.removed',
  'schedule.fired',
  'schedule.missed',
  'health.changed',
  'health.storage.warning',
  'health.service.lost',
  'notification.sent',
  'notification.failed',
] as const satisfies readonly EventType[];
export type HappeningType = (typeof happeningTypes)[number];

const known: ReadonlySet<string> = new Set(happeningTypes);

/** Whether an event's subject must be the id of a run. */
export const isOfRun = (type: EventType): boolean => !known.has(type) && type !== 'audit.recorded';
