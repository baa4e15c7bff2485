import { provision } from '@holdfast/bus';
import { buckets, DEAD_LETTERS_STREAM, EVENTS_STREAM } from '@holdfast/contracts';
import { connectService, type BusSettings } from './connect-service.ts';

export type TopologySettings = BusSettings & {
  /** In milliseconds. */
  readonly EVENTS_MAX_AGE: number;
  readonly NATS_REPLICAS: number;
};

/** Makes every stream and bucket of ours, as the bus's user `provisioner`; idempotent, and what exists is brought up to date. */
export async function provisionTopology(settings: TopologySettings): Promise<void> {
  // What goes wrong here is thrown by the call itself.
  const bus = await connectService('provisioner', settings, () => undefined);
  try {
    await provision(bus, {
      eventsStream: EVENTS_STREAM,
      deadLettersStream: DEAD_LETTERS_STREAM,
      eventsMaxAgeMs: settings.EVENTS_MAX_AGE,
      buckets,
      replicas: settings.NATS_REPLICAS,
    });
  } finally {
    await bus.drain();
  }
}
