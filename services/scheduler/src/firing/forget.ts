import { failureOf } from '@holdfast/contracts';
import type { SchedulerDependencies } from '../dependencies.ts';

/** Takes away how far a schedule was done once it is gone. Idempotent; one that is there keeps it. */
export async function forgetState(
  { schedules, states, log }: Pick<SchedulerDependencies, 'schedules' | 'states' | 'log'>,
  id: string,
): Promise<void> {
  try {
    const [schedule, state] = await Promise.all([schedules.get(id), states.get(id)]);
    if (!schedule && state) await states.remove(id, state.revision);
  } catch (error) {
    // Left over it does no harm: a new schedule of that name begins at its own creation.
    log.warn({ schedule: id, failure: failureOf(error) }, 'could not forget the state of a removed schedule');
  }
}
