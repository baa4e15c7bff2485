import { makeEvent } from '@holdfast/runs';
import type { Envelope } from '@holdfast/contracts';
import type { StoredDelivery } from './stored-delivery.ts';

/** How a delivery ended, for history. Its id is that of the delivery and attempt, so that told twice it is one. */
export function outcomeEvent(record: StoredDelivery, durationMs: number, time: Date): Envelope {
  const { id, route, channel, kind, about, eventId, attempts, lastError, database, event } = record;
  const data = {
    delivery: id,
    route,
    channel,
    kind,
    about,
    attempts,
    ...(eventId === undefined ? {} : { eventId }),
  };
  const fields = {
    run: id,
    source: '/holdfast/notifier',
    database,
    time,
    id: `${id}:${attempts}`,
    ...(eventId === undefined ? {} : { causationid: eventId }),
    correlationid: event?.correlationid ?? event?.subject,
    traceparent: event?.traceparent,
  };
  return record.state === 'sent'
    ? makeEvent('notification.sent', { ...fields, data: { ...data, durationMs } })
    : makeEvent('notification.failed', {
        ...fields,
        data: {
          ...data,
          error: lastError ?? { code: 'delivery_failed', message: 'It was not taken.' },
        },
      });
}
