import type { GatewayDependencies } from '../dependencies.ts';
import { ok, type Handlers } from '../http/handler.ts';
import { view } from '../runs/routes.ts';
import { changedSchedule } from './decide.ts';
import { addSchedule, answerSchedule, changeSchedule, removeSchedule } from './edit-schedule.ts';
import { assertPossible, dueTimes } from './rules.ts';
import { runNow } from './run-now.ts';
import { viewSchedule } from './view-schedule.ts';

type Operations =
  | 'listSchedules'
  | 'getSchedule'
  | 'previewSchedule'
  | 'createSchedule'
  | 'updateSchedule'
  | 'pauseSchedule'
  | 'resumeSchedule'
  | 'runSchedule'
  | 'removeSchedule';

export const scheduleHandlers = (deps: GatewayDependencies): Pick<Handlers, Operations> => ({
  listSchedules: async () => {
    const [entries, states] = await Promise.all([deps.schedules.list(), deps.schedules.states()]);
    const now = deps.now();
    return ok({ schedules: entries.map((entry) => viewSchedule(entry, states.get(entry.key), now)) });
  },
  getSchedule: async ({ params: { schedule } }) => answerSchedule(deps, await deps.schedules.get(schedule)),
  previewSchedule: async ({ params: { schedule }, query: { count } }) => {
    const { value } = await deps.schedules.get(schedule);
    return ok({ dueAt: dueTimes(value, deps.now(), count).map((due) => due.toISOString()) });
  },
  createSchedule: async ({ body }, context) => {
    const answer = await answerSchedule(deps, await addSchedule(deps, context, body));
    return { ...answer, status: 201 };
  },
  updateSchedule: async ({ params: { schedule }, body }, context) => {
    assertPossible(body);
    return changeSchedule(deps, context, schedule, (present, at, by) =>
      changedSchedule(present, body, { at, by }),
    );
  },
  // Pausing and resuming are the last word whoever changed something else meanwhile.
  pauseSchedule: ({ params: { schedule } }, context) =>
    changeSchedule(deps, context, schedule, (present, updatedAt, updatedBy) => ({
      ...present,
      enabled: false,
      updatedAt,
      updatedBy,
    })),
  resumeSchedule: ({ params: { schedule } }, context) =>
    changeSchedule(deps, context, schedule, (present, updatedAt, updatedBy) => ({
      ...present,
      enabled: true,
      updatedAt,
      updatedBy,
    })),
  runSchedule: async ({ params: { schedule } }, context) => {
    const { value } = await deps.schedules.get(schedule);
    const runs = await runNow(deps, context, value);
    return { status: 202, body: { runs: runs.map(view) } };
  },
  removeSchedule: ({ params: { schedule } }, context) => removeSchedule(deps, context, schedule),
});
