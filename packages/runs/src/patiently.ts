import { setTimeout as delay } from 'node:timers/promises';
import { failureOf } from '@holdfast/contracts';

const PAUSE_MS = 1_000;

/**
 * Does `step` again while the bus cannot be reached, until `signal` aborts: work that is done must not be lost because
 * NATS is being restarted. Any other error is thrown at once. `step` must be idempotent.
 */
export async function patiently<T>(step: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await step();
    } catch (error) {
      if (failureOf(error).code !== 'bus_unavailable' || signal.aborted) throw error;
    }
    await delay(PAUSE_MS, undefined, { signal });
  }
}
