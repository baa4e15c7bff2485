import type { EventData, EventType } from '@holdfast/contracts';
import { makeEvent } from '@holdfast/runs';
import { SOURCE, type GatewayDependencies } from '../dependencies.ts';
import type { ScheduleEntry } from './schedule-store.ts';

type Told = Extract<EventType, 'schedule.created' | 'schedule.updated' | 'schedule.removed'>;

/** Tells the others of one change. The id follows from the change, so that telling it twice is telling it once. */
export async function tell<T extends Told>(
  deps: GatewayDependencies,
  { key, revision }: Pick<ScheduleEntry, 'key' | 'revision'>,
  type: T,
  data: EventData<T>,
): Promise<void> {
  const id = `${type}:${key}:${revision}`;
  await deps.bus.publish(makeEvent(type, { id, run: key, source: SOURCE, data, time: deps.now() }));
}
