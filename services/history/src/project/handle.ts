import { RetryLater, type Bus, type Delivery, type Subscription } from '@holdfast/bus';
import { SERVICE, type HistoryDependencies } from '../dependencies.ts';
import type { Availability } from '../watch/availability.ts';
import { catchUp } from './catch-up.ts';
import { checkStream } from './check-stream.ts';
import { retryDelayMs } from './judge-retry.ts';

/** Under it a delivery is fresh; over it, events have piled up. */
const LATE_MS = 2_000;

/**
 * A delivery is a doorbell: it says that there is something up to its sequence. What is in the rows is decided by the position
 * beside them alone, so a delivery that comes twice, late or to another replica changes nothing.
 */
export function subscribeEvents(
  bus: Bus,
  deps: HistoryDependencies,
  availability: Availability,
): Promise<Subscription> {
  let highest = 0;
  return bus.consume({
    durable: SERVICE,
    filterSubject: '>',
    ordered: true,
    // Nothing here is lost or poisonous: what cannot be projected is skipped, what cannot be stored waits.
    maxDeliveries: Number.MAX_SAFE_INTEGER,
    handle: async (delivery) => {
      const { sequence, event, signal, deliveryCount } = delivery;
      try {
        await availability.ensureReady();
        // Sequences of one stream only grow.
        if (deliveryCount === 1 && sequence <= highest) await checkStream(deps, signal);
        highest = deliveryCount === 1 ? sequence : highest;
        await catchUp(deps, await goal(deps, delivery), { signal, delivered: { sequence, event } });
      } catch (error) {
        if (!signal.aborted) availability.failed(error);
        throw new RetryLater(`Event ${sequence} waits for the database.`, retryDelayMs(deliveryCount));
      }
    },
  });
}

/** A doorbell that rings late has others behind it: then all of them are answered at once, in batches. */
async function goal(deps: HistoryDependencies, { sequence, timestamp }: Delivery): Promise<number> {
  if (deps.now().getTime() - Date.parse(timestamp) < LATE_MS) return sequence;
  return Math.max(sequence, (await deps.events.eventsInfo()).lastSequence);
}
