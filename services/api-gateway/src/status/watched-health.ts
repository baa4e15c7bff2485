import type { Bus } from '@holdfast/bus';
import { CURRENT_HEALTH, healthStateSchema, type HealthState } from '@holdfast/contracts';

/** What the scheduler's watch last told of health; undefined: it has not looked yet. */
export type WatchedHealth = () => Promise<HealthState | undefined>;

export async function openWatchedHealth(bus: Bus): Promise<WatchedHealth> {
  const bucket = await bus.bucket('health', healthStateSchema);
  return async () => (await bucket.get(CURRENT_HEALTH))?.value;
}
