import type { EventType } from '@holdfast/contracts';
import { formatCount, formatSpan } from './format.ts';
import { detail, type Describers } from './facts.ts';

export type ScheduleEvent = Extract<EventType, `schedule.${string}`>;

/** People decided the last two; nothing else is to be done about them. */
const missedBecause = {
  late: 'nobody could fire it in time',
  'no-database': 'it matches no database',
  overlap: 'the run before still went',
  blackout: 'a blackout forbade it',
} as const;

export const scheduleFacts: Describers<ScheduleEvent> = {
  'schedule.created': ({ schedule, by }) => ({
    title: `Schedule ${schedule.id} was made`,
    outcome: 'info',
    schedule: schedule.id,
    details: [
      ...detail('Rule', `${schedule.rule} (${schedule.timezone})`),
      ...detail('Does', schedule.action),
      ...detail('Databases', schedule.database),
      ...detail('By', by),
    ],
  }),
  'schedule.updated': ({ schedule, changed, by }) => ({
    title: schedule.enabled ? `Schedule ${schedule.id} was changed` : `Schedule ${schedule.id} is off`,
    outcome: 'info',
    schedule: schedule.id,
    details: [...detail('Changed', changed.join(', ')), ...detail('By', by)],
  }),
  'schedule.removed': ({ schedule, by }) => ({
    title: `Schedule ${schedule} was removed`,
    outcome: 'warning',
    severity: 'warning',
    schedule,
    details: detail('By', by),
    advice: 'Nothing is made by it any more, and its absence is not told.',
  }),
  'schedule.fired': ({ schedule, action, dueAt, lateMs }, { name }) => ({
    title: `Schedule ${schedule} fired for ${name}`,
    outcome: 'progress',
    schedule,
    details: [
      ...detail('Does', action),
      ...detail('Due', dueAt),
      ...detail('Late', lateMs < 60_000 ? undefined : formatSpan(lateMs)),
    ],
  }),
  'schedule.missed': ({ schedule, action, reason, count, firstDueAt, lastDueAt, detail: what }) => ({
    title: `Schedule ${schedule} missed ${formatCount(count, 'occurrence')}: ${missedBecause[reason]}`,
    outcome: reason === 'blackout' ? 'info' : 'warning',
    severity: reason === 'blackout' ? 'info' : 'warning',
    schedule,
    details: [
      ...detail('Does', action),
      ...detail('Due', count === 1 ? firstDueAt : `${firstDueAt} to ${lastDueAt}`),
      ...detail('Why', what),
    ],
    ...(reason === 'blackout' ? {} : { advice: adviceOfMissed[reason] }),
  }),
};

const adviceOfMissed = {
  late: 'Look whether the scheduler and NATS ran at that time.',
  'no-database': 'Start a worker that has such a database, or correct the pattern of the schedule.',
  overlap: 'The run takes longer than the schedule allows: see why, or fire less often.',
} as const;
