import type { Envelope, Schedule, ScheduleClaim } from '@holdfast/contracts';
import { derivedRunId, makeEvent } from '@holdfast/runs';
import { occurrenceName } from '@holdfast/schedule-rules';
import { SOURCE, type SchedulerDependencies } from '../dependencies.ts';

/** Databases of one occurrence that are asked for at the same time. */
const AT_ONCE = 16;

/**
 * Does what was claimed. May be done any number of times, by any number of processes: runs and events have ids that
 * follow from the occurrence, and the run's record says whether it was asked for.
 */
export async function carryOut(
  deps: Pick<SchedulerDependencies, 'bus' | 'runs' | 'clock'>,
  schedule: Schedule,
  claim: ScheduleClaim,
): Promise<void> {
  for (let next = 0; next < claim.fire.length; next += AT_ONCE) {
    await Promise.all(claim.fire.slice(next, next + AT_ONCE).map((each) => fire(deps, schedule, each)));
  }
  for (const missed of claim.missed) await deps.bus.publish(missedEvent(deps, schedule, missed));
}

async function fire(
  { bus, runs, clock }: Pick<SchedulerDependencies, 'bus' | 'runs' | 'clock'>,
  schedule: Schedule,
  { database, dueAt, lateMs }: ScheduleClaim['fire'][number],
): Promise<void> {
  const run = derivedRunId(occurrenceName(schedule.id, dueAt, database));
  const about = { run, source: SOURCE, database, time: new Date(clock.now()) };
  // A record is made after its request is stored, by us or by the worker that has it: there is no need to ask again.
  if (schedule.action === 'backup' && !(await runs.get(run))) {
    await bus.publish(requestEvent(schedule, about));
    await runs.request({ id: run, kind: 'backup', database, requestedAt: about.time });
  }
  await bus.publish(
    makeEvent('schedule.fired', {
      ...about,
      id: `${run}:fired`,
      data: { schedule: schedule.id, action: schedule.action, dueAt, lateMs },
    }),
  );
}

function requestEvent(
  schedule: Schedule,
  about: { readonly run: string; readonly source: string; readonly database: string; readonly time: Date },
): Envelope {
  const { id, type, description, options } = schedule;
  return makeEvent('backup.requested', {
    ...about,
    id: `${about.run}:requested`,
    data: { type, description, ...options, trigger: 'automatic', schedule: id, by: `schedule ${id}` },
  });
}

function missedEvent(
  { clock }: Pick<SchedulerDependencies, 'clock'>,
  schedule: Schedule,
  { database, ...missed }: ScheduleClaim['missed'][number],
): Envelope {
  const { reason, firstDueAt, lastDueAt } = missed;
  return makeEvent('schedule.missed', {
    run: schedule.id,
    source: SOURCE,
    database,
    time: new Date(clock.now()),
    id: [schedule.id, database ?? '_', reason, firstDueAt, lastDueAt].join(':'),
    data: { schedule: schedule.id, action: schedule.action, ...missed },
  });
}
