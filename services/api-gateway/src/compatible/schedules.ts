import {
  backupTypeSchema,
  scheduleFieldsSchema,
  type enhancedScheduleBody,
  type enhancedScheduleSchema,
  type ScheduleFields,
  type ScheduleView,
} from '@holdfast/contracts';
import type { z } from 'zod';
import type { GatewayDependencies } from '../dependencies.ts';
import type { Handlers } from '../http/handler.ts';
import { addSchedule, removeSchedule, viewOf } from '../schedules/edit-schedule.ts';
import { viewSchedule } from '../schedules/view-schedule.ts';
import { envelope, said } from './answers.ts';

export const compatibleScheduleHandlers = (
  deps: GatewayDependencies,
): Pick<Handlers, 'enhancedListSchedules' | 'enhancedCreateSchedule' | 'enhancedRemoveSchedule'> => ({
  enhancedListSchedules: async () => {
    const [entries, states] = await Promise.all([deps.schedules.list(), deps.schedules.states()]);
    const now = deps.now();
    return envelope(entries.map((entry) => renderSchedule(viewSchedule(entry, states.get(entry.key), now))));
  },
  enhancedCreateSchedule: async ({ body }, context) => {
    const entry = await addSchedule(deps, context, { id: body.id, ...wantedSchedule(body) });
    return envelope(renderSchedule(await viewOf(deps, entry)), 'Schedule added.');
  },
  enhancedRemoveSchedule: async ({ params: { schedule } }, { caller }) => {
    const answer = await removeSchedule(deps, { caller, headers: {} }, schedule);
    return 'failure' in answer ? answer : said('Schedule removed.');
  },
});

/** `backup_type` may also be a label (automatic, migration): then it is a full, and the label says why where nothing else does. */
export function wantedSchedule({
  schedule,
  description,
  backup_type: label,
  database,
  timezone,
}: z.output<typeof enhancedScheduleBody>): ScheduleFields {
  const type = backupTypeSchema.safeParse(label).data;
  return scheduleFieldsSchema.parse({
    rule: schedule,
    description: description === '' && type === undefined && label !== undefined ? label : description,
    ...(type === undefined ? {} : { type }),
    ...(database === undefined || database === '' ? {} : { database }),
    ...(timezone === undefined || timezone === '' ? {} : { timezone }),
  });
}

export const renderSchedule = (schedule: ScheduleView): z.output<typeof enhancedScheduleSchema> => ({
  id: schedule.id,
  description: schedule.description,
  schedule: schedule.rule,
  enabled: schedule.enabled,
  backup_type: schedule.type,
  database: schedule.database,
  timezone: schedule.timezone,
  ...(schedule.state?.lastFiredAt === undefined ? {} : { last_run: schedule.state.lastFiredAt }),
  ...(schedule.nextDueAt === undefined ? {} : { next_run: schedule.nextDueAt }),
});
