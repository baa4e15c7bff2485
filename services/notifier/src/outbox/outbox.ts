import type { Bucket, Bus } from '@holdfast/bus';
import type { Channel } from '../channels/channel.ts';
import type { Channels } from '../channels/open-channels.ts';
import { attempt, type AttemptDependencies } from '../deliver/attempt.ts';
import { deliveryKey } from '../deliver/delivery-id.ts';
import { makeDelivery } from '../deliver/make-delivery.ts';
import { outcomeEvent } from '../deliver/outcome-event.ts';
import type { StoredDelivery } from '../deliver/stored-delivery.ts';
import type { Tell } from '../deliver/telling.ts';
import type { OutboxFiles } from './outbox-files.ts';

export type OutboxDependencies = AttemptDependencies & {
  readonly files: OutboxFiles;
  readonly channels: Channels;
  /** Undefined while the bus is away. */
  readonly link: () => { readonly bus: Bus; readonly deliveries: Bucket<StoredDelivery> } | undefined;
};

export interface Outbox {
  readonly tell: Tell;
  /** Sends what is due, or gives what is there to the bus. Channels go side by side; resolves when none goes on. */
  work(): Promise<void>;
}

/** The way around a bus that is away: deliveries wait in files, go out from here, and are recorded on the bus later. */
export function openOutbox(deps: OutboxDependencies): Outbox {
  const busy = new Map<string, Promise<void>>();

  async function workOn(records: readonly StoredDelivery[], channel: Channel | undefined): Promise<void> {
    for (const record of records) {
      const link = deps.link();
      if (link) await handOver(link, record);
      else if (channel && isDue(record)) await sendOnce(channel, record);
    }
  }

  async function sendOnce(channel: Channel, record: StoredDelivery): Promise<void> {
    const counted = { ...record, attempts: record.attempts + 1 };
    await deps.files.write(counted);
    const sent = await attempt(deps, channel, counted, new AbortController().signal);
    await deps.files.write(sent.record);
  }

  const isDue = ({ state, nextAttemptAt }: StoredDelivery): boolean =>
    state === 'pending' && (nextAttemptAt === undefined || Date.parse(nextAttemptAt) <= deps.now().getTime());

  /** What another replica recorded under the same id is the same message; one that was sent is not sent again. */
  async function handOver(
    { bus, deliveries }: { readonly bus: Bus; readonly deliveries: Bucket<StoredDelivery> },
    record: StoredDelivery,
  ): Promise<void> {
    const key = deliveryKey(record.id);
    if (record.state !== 'pending') await bus.publish(outcomeEvent(record, 0, deps.now()));
    if (!(await deliveries.create(key, record))) {
      const present = await deliveries.get(key);
      if (record.state === 'sent' && present?.value.state === 'pending')
        await deliveries.update(key, record, present.revision);
    }
    await deps.files.remove(record.id);
  }

  return {
    tell: async (planned, source) => {
      for (const each of planned) {
        const record = makeDelivery(each, source, deps.channels, deps.now());
        if (!(await deps.files.has(record.id))) await deps.files.write(record);
      }
    },
    work: async () => {
      const byChannel = Map.groupBy(await deps.files.list(), ({ channel }) => channel);
      for (const [id, records] of byChannel) {
        if (busy.has(id)) continue;
        const working = workOn(records, deps.channels.get(id))
          .catch((error: unknown) => deps.onProblem(error, `the outbox of channel ${id}`))
          .finally(() => busy.delete(id));
        busy.set(id, working);
      }
      await Promise.all(busy.values());
    },
  };
}
