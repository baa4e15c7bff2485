import type { Bucket, Bus } from '@holdfast/bus';
import type { Channels } from '../channels/open-channels.ts';
import type { PlannedDelivery } from '../routes/plan-deliveries.ts';
import { deliveryKey } from './delivery-id.ts';
import { makeDelivery, type Source } from './make-delivery.ts';
import type { StoredDelivery } from './stored-delivery.ts';

/** Makes deliveries of what was planned. Idempotent: what was made before is left as it is. */
export type Tell = (planned: readonly PlannedDelivery[], source: Source) => Promise<void>;

/** On the bus; throws bus_unavailable when it cannot be reached. */
export const tellByBus =
  (deliveries: Bucket<StoredDelivery>, channels: Channels, now: () => Date): Tell =>
  async (planned, source) => {
    for (const each of planned) {
      const record = makeDelivery(each, source, channels, now());
      await deliveries.create(deliveryKey(record.id), record);
    }
  };

/** On the bus where it is there, else into the outbox; so that what is told does not depend on what is broken. */
export const tellAnyway =
  (byBus: () => { readonly bus: Bus; readonly tell: Tell } | undefined, byOutbox: Tell): Tell =>
  async (planned, source) => {
    const way = byBus();
    if (!way?.bus.isConnected()) return byOutbox(planned, source);
    try {
      await way.tell(planned, source);
    } catch {
      // The outbox hands it over when the bus is back, under the same id.
      await byOutbox(planned, source);
    }
  };
