import { failureOf } from '@holdfast/contracts';
import type { GatewayDependencies } from '../dependencies.ts';

/** The newest event's; undefined while the bus is away. */
export async function lastSequence({ bus }: Pick<GatewayDependencies, 'bus'>): Promise<number | undefined> {
  try {
    return (await bus.eventsInfo()).lastSequence;
  } catch (error) {
    if (failureOf(error).code !== 'bus_unavailable') throw error;
    return undefined;
  }
}
