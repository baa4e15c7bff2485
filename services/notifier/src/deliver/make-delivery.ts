import type { Envelope } from '@holdfast/contracts';
import type { Channels } from '../channels/open-channels.ts';
import type { PlannedDelivery } from '../routes/plan-deliveries.ts';
import { deliveryId } from './delivery-id.ts';
import type { StoredDelivery } from './stored-delivery.ts';

/** What is told of: an event of the stream, or a notice of our own with an id that all replicas give it. */
export type Source = { readonly event: Envelope; readonly sequence?: number | undefined };

/** Larger events are read from the stream when they are sent; a bucket is no second stream. */
const EVENT_BYTES = 65_536;

export function makeDelivery(
  { route, channel, payload }: PlannedDelivery,
  { event, sequence }: Source,
  channels: Channels,
  now: Date,
): StoredDelivery {
  const isSmall = sequence === undefined || JSON.stringify(event).length <= EVENT_BYTES;
  return {
    id: deliveryId(event.id, route, channel),
    route,
    channel,
    kind: channels.get(channel)?.kind ?? 'webhook',
    about: payload.about,
    severity: payload.severity,
    ...(payload.database === undefined ? {} : { database: payload.database }),
    eventId: event.id,
    ...(sequence === undefined ? {} : { eventSequence: sequence }),
    title: payload.title,
    state: 'pending',
    attempts: 0,
    createdAt: now.toISOString(),
    payload,
    ...(isSmall ? { event } : {}),
    done: [],
  };
}
