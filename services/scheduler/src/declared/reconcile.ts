import { HoldfastError, type EventData, type Schedule } from '@holdfast/contracts';
import { makeEvent } from '@holdfast/runs';
import { declareSchedule } from '@holdfast/schedule-rules';
import { SOURCE, type SchedulerDependencies } from '../dependencies.ts';
import { decideChanges, type Change, type Declared } from './decide.ts';

type ReconcileDependencies = Pick<SchedulerDependencies, 'bus' | 'schedules' | 'clock' | 'log'>;
const BY: Readonly<Record<Declared['managedBy'], string>> = {
  file: 'schedules file',
  environment: 'environment',
};

/** Makes the bucket as it is declared. Any number of replicas may do it at once: each change is made and told once. */
export async function reconcile(deps: ReconcileDependencies, declared: readonly Declared[]): Promise<void> {
  for (;;) {
    const changes = decideChanges(declared, await deps.schedules.entries());
    if (changes.length === 0) return;
    for (const change of changes) await apply(deps, change);
  }
}

/**
 * The event goes first, under an id that follows from the revision it changes: whoever dies before the change is made
 * leaves it to the next to make it, who tells it again under the same id. What another replica changed meanwhile is
 * looked at again.
 */
async function apply(deps: ReconcileDependencies, change: Change): Promise<void> {
  const at = new Date(deps.clock.now());
  switch (change.change) {
    case 'create': {
      const schedule = declare(change.declared, at);
      await tell(deps, 'schedule.created', schedule.id, `new:${schedule.id}`, {
        schedule,
        by: schedule.updatedBy,
      });
      await deps.schedules.create(schedule.id, schedule);
      break;
    }
    case 'update': {
      const { present, fields } = change;
      const schedule = declare(change.declared, at, present.value);
      const data = { schedule, changed: [...fields], by: schedule.updatedBy };
      await tell(deps, 'schedule.updated', schedule.id, `${present.key}:${present.revision}`, data);
      await deps.schedules.update(schedule.id, schedule, present.revision);
      break;
    }
    case 'remove': {
      const { key, revision, value } = change.present;
      const by = value.managedBy === 'environment' ? BY.environment : BY.file;
      await tell(deps, 'schedule.removed', key, `${key}:${revision}`, { schedule: key, by });
      await removeAt(deps, key, revision);
      break;
    }
  }
  const id = change.change === 'create' ? change.declared.fields.id : change.present.key;
  deps.log.info({ schedule: id, change: change.change }, 'a declared schedule changed');
}

function declare(
  { fields: { id, ...fields }, managedBy }: Declared,
  at: Date,
  previous?: Schedule,
): Schedule {
  return declareSchedule(fields, { id, managedBy, by: BY[managedBy], at }, previous);
}

async function removeAt(deps: ReconcileDependencies, id: string, revision: number): Promise<void> {
  try {
    await deps.schedules.remove(id, revision);
  } catch (error) {
    // Another replica was first; what it left is looked at again.
    if (!(error instanceof HoldfastError) || error.code !== 'version_conflict') throw error;
  }
}

async function tell<T extends 'schedule.created' | 'schedule.updated' | 'schedule.removed'>(
  { bus, clock }: ReconcileDependencies,
  type: T,
  schedule: string,
  about: string,
  data: EventData<T>,
): Promise<void> {
  const time = new Date(clock.now());
  await bus.publish(makeEvent(type, { run: schedule, source: SOURCE, data, time, id: `${type}:${about}` }));
}
