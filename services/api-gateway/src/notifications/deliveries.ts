import type { Bus } from '@holdfast/bus';
import { deliverySchema, type DeliveryRecord } from '@holdfast/contracts';
import { briefly } from '../status/briefly.ts';

/** Every delivery that the bucket still has (30 days), newest first. Those who ask at once share one reading. */
export type Deliveries = () => Promise<readonly DeliveryRecord[]>;

export async function openDeliveries(bus: Bus): Promise<Deliveries> {
  const bucket = await bus.bucket('deliveries', deliverySchema);
  return briefly(0, async () =>
    (await bucket.entries())
      .map(({ value }) => value)
      .sort((a, b) => b.createdAt.localeCompare(a.createdAt) || b.id.localeCompare(a.id)),
  );
}
