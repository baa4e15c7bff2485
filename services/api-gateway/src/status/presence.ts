import type { Bus } from '@holdfast/bus';
import { presenceSchema, type Presence } from '@holdfast/contracts';
import { briefly } from './briefly.ts';

const FRESH_MS = 1_000;

/** Every process that told of itself within the last 30 s, as it was within the last `withinMs` [1 s]. */
export type PresenceReader = (withinMs?: number) => Promise<readonly Presence[]>;

export async function openPresence(bus: Bus): Promise<PresenceReader> {
  const bucket = await bus.bucket('presence', presenceSchema);
  return briefly(FRESH_MS, async () => (await bucket.entries()).map((entry) => entry.value));
}
