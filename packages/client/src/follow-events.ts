import {
  envelopeSchema,
  progressSchema,
  routes,
  type Envelope,
  type OperationInput,
  type Progress,
} from '@holdfast/contracts';
import { planRequest, type Gateway } from './call.ts';
import { mayPass, openStream, parseEvent } from './open-stream.ts';
import { pause } from './pause.ts';

export type FollowEventsOptions = {
  readonly signal?: AbortSignal;
  /** How long the gateway may stay away before this gives up with gateway_unreachable [60 s]. */
  readonly patienceMs?: number;
  /** Pause before connecting again [500 ms]. */
  readonly reconnectMs?: number;
};

export type Followed =
  | {
      readonly kind: 'event';
      /** Its place in the stream: `after` of a later call. */
      readonly sequence: number;
      readonly event: Envelope;
    }
  | { readonly kind: 'progress'; readonly progress: Progress };

/** See Client.followEvents. Connects again when the stream breaks and goes on behind the last event, so that none is missed. */
export async function* followEvents(
  gateway: Gateway,
  input: OperationInput<'watchEvents'>,
  { signal, patienceMs = 60_000, reconnectMs = 500 }: FollowEventsOptions,
): AsyncGenerator<Followed> {
  const request = planRequest(routes.watchEvents, input);
  let lastId: string | undefined;
  let lastSeenAt = performance.now();
  const onActivity = (): void => {
    lastSeenAt = performance.now();
  };
  for (;;) {
    const headers: Readonly<Record<string, string>> = lastId === undefined ? {} : { 'last-event-id': lastId };
    try {
      for await (const { event: name, data, id } of openStream(gateway, request, {
        signal,
        headers,
        onActivity,
      })) {
        lastId = id ?? lastId;
        if (name === 'progress')
          yield { kind: 'progress', progress: parseEvent(progressSchema, data, gateway.url) };
        else
          yield {
            kind: 'event',
            sequence: Number(id ?? 0),
            event: parseEvent(envelopeSchema, data, gateway.url),
          };
      }
    } catch (error) {
      signal?.throwIfAborted();
      if (!mayPass(error) || performance.now() - lastSeenAt > patienceMs) throw error;
    }
    await pause(reconnectMs, signal);
  }
}
