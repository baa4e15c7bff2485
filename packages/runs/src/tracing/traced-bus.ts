import { RetryLater, type Bus } from '@holdfast/bus';
import type { Envelope } from '@holdfast/contracts';
import { SpanKind, type Attributes, type Tracer } from '@opentelemetry/api';
import { activeContext, activeTraceparent, contextOf, inSpan } from './in-span.ts';

/**
 * A bus that tells spans: one for each event that is published, and one for each that is handled, below the one that
 * published it. What is published while an event is handled belongs to its trace, so a trace reaches from the request to
 * the last notification.
 */
export function tracedBus(bus: Bus, tracer: Tracer): Bus {
  return {
    ...bus,
    publish: (event) => {
      const parent = activeContext() ?? contextOf(event.traceparent);
      const options = { kind: SpanKind.PRODUCER, attributes: attributesOf(event, 'send'), parent };
      return inSpan(tracer, `publish ${event.type}`, options, () => {
        const traceparent = activeTraceparent();
        return bus.publish(traceparent === undefined ? event : { ...event, traceparent });
      });
    },
    consume: (options) =>
      bus.consume({
        ...options,
        handle: (delivery) => {
          const { event, deliveryCount } = delivery;
          const attributes = {
            ...attributesOf(event, 'process'),
            'messaging.consumer.group.name': options.durable,
            'holdfast.delivery_count': deliveryCount,
          };
          return inSpan(
            tracer,
            `process ${event.type}`,
            { kind: SpanKind.CONSUMER, attributes, parent: contextOf(event.traceparent) },
            () => options.handle(delivery),
            // That it waits, or is another's turn, is no failure.
            (error) => !(error instanceof RetryLater),
          );
        },
      }),
  };
}

/** As the semantic conventions for messaging name them. */
const attributesOf = (
  { id, type, subject, database }: Envelope,
  operation: 'send' | 'process',
): Attributes => ({
  'messaging.system': 'nats',
  'messaging.operation.type': operation,
  'messaging.operation.name': operation === 'send' ? 'publish' : 'process',
  'messaging.destination.name': type,
  'messaging.message.id': id,
  'holdfast.run': subject,
  ...(database === undefined ? {} : { 'holdfast.database': database }),
});
