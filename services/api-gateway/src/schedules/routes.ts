import { checkSchedule, dueBetween } from '@holdfast/schedule-rules';
import type { GatewayDependencies } from '../dependencies.ts';
import { ok, type Handlers } from '../http/handler.ts';
import { view } from '../runs/known-run.ts';
import { addSchedule, answerSchedule, changeSchedule, removeSchedule } from './edit-schedule.ts';
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

/** Whoever asks for so many due times as there are not gets those there are. */
const FAR_AWAY = new Date('9999-12-31T00:00:00Z');

export const scheduleHandlers = (deps: GatewayDependencies): Pick<Handlers, Operations> => ({
  listSchedules: async () => {
    const [entries, states] = await Promise.all([deps.schedules.list(), deps.schedules.states()]);
    const now = deps.now();
    return ok({ schedules: entries.map((entry) => viewSchedule(entry, states.get(entry.key), now)) });
  },
  getSchedule: async ({ params: { schedule } }) => answerSchedule(deps, await deps.schedules.get(schedule)),
  previewSchedule: async ({ params: { schedule }, query: { count } }) => {
    const { value } = await deps.schedules.get(schedule);
    const due = dueBetween(value, deps.now(), FAR_AWAY, count);
    return ok({ dueAt: due.map((each) => each.toISOString()) });
  },
  createSchedule: async ({ body }, context) => {
    const answer = await answerSchedule(deps, await addSchedule(deps, context, body));
    return { ...answer, status: 201 };
  },
  updateSchedule: async ({ params: { schedule }, body }, context) => {
    checkSchedule(body);
    return changeSchedule(deps, context, schedule, () => body);
  },
  pauseSchedule: ({ params: { schedule } }, context) =>
    changeSchedule(deps, context, schedule, (present) => ({ ...present, enabled: false })),
  resumeSchedule: ({ params: { schedule } }, context) =>
    changeSchedule(deps, context, schedule, (present) => ({ ...present, enabled: true })),
  runSchedule: async ({ params: { schedule } }, context) => {
    const { value } = await deps.schedules.get(schedule);
    const runs = await runNow(deps, context, value);
    return { status: 202, body: { runs: runs.map(view) } };
  },
  removeSchedule: ({ params: { schedule } }, context) => removeSchedule(deps, context, schedule),
});
