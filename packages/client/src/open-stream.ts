import { failureOf, HoldfastError } from '@holdfast/contracts';
import type { z } from 'zod';
import { send, type Gateway, type PlannedRequest } from './call.ts';
import { readEventStream, type ServerSentEvent } from './event-stream.ts';
import { failureOfResponse, unreachable } from './failures.ts';

/** The gateway's heartbeat comes every 15 s at most; two lost ones mean a dead connection. */
const SILENCE_LIMIT_MS = 40_000;

export type StreamOptions = {
  readonly signal?: AbortSignal | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** For each piece that arrives, heartbeats too. */
  readonly onActivity?: () => void;
};

/** One connection's events, until the gateway ends it. A stream that breaks or falls silent is gateway_unreachable. */
export async function* openStream(
  gateway: Gateway,
  request: PlannedRequest,
  { signal: stop, headers = {}, onActivity }: StreamOptions,
): AsyncGenerator<ServerSentEvent> {
  const silence = new AbortController();
  const arm = (): ReturnType<typeof setTimeout> => setTimeout(() => silence.abort(), SILENCE_LIMIT_MS);
  let timer = arm();
  const seen = (): void => {
    onActivity?.();
    clearTimeout(timer);
    timer = arm();
  };
  const signal = stop ? AbortSignal.any([stop, silence.signal]) : silence.signal;
  try {
    const response = await send(gateway, request, { signal, headers });
    if (!response.ok) throw await failureOfResponse(response, gateway.url);
    if (!response.body) return;
    seen();
    yield* readEventStream(response.body, seen);
  } catch (error) {
    // A stream that breaks rejects with whatever the socket said; our own errors keep their code.
    throw error instanceof HoldfastError ? error : unreachable(gateway.url, error);
  } finally {
    clearTimeout(timer);
  }
}

/** Whether it may be otherwise in a moment. */
export const mayPass = (error: unknown): boolean =>
  ['gateway_unreachable', 'bus_unavailable'].includes(failureOf(error).code);

export function parseEvent<T>(schema: z.ZodType<T>, data: string, url: string): T {
  try {
    return schema.parse(JSON.parse(data));
  } catch (error) {
    const message = `${url} sent an event in an unexpected shape; are client and gateway of the same release?`;
    throw new HoldfastError('internal', message, { cause: error });
  }
}
