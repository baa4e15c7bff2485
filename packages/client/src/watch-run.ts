import { setTimeout as delay } from 'node:timers/promises';
import {
  failureOf,
  HoldfastError,
  isTerminal,
  progressSchema,
  routes,
  runSchema,
  type Progress,
  type Run,
  type RunId,
} from '@holdfast/contracts';
import type { z } from 'zod';
import { planRequest, send, type Gateway } from './call.ts';
import { readEventStream } from './event-stream.ts';
import { failureOfResponse, unreachable } from './failures.ts';

/** The gateway's heartbeat comes every 10 s; three lost ones mean a dead connection. */
const SILENCE_LIMIT_MS = 30_000;

export type WatchOptions = {
  readonly onProgress?: (progress: Progress) => void;
  /** Each state on the way, the last one included. */
  readonly onRun?: (run: Run) => void;
  readonly signal?: AbortSignal;
  /** How long the gateway may stay away before this gives up with gateway_unreachable [60 s]. */
  readonly patienceMs?: number;
  /** Pause before connecting again [500 ms]. */
  readonly reconnectMs?: number;
};

/** See Client.watchRun. Connects again when the stream breaks; any answer but "try later" ends it. */
export async function watchRun(gateway: Gateway, run: RunId, options: WatchOptions): Promise<Run> {
  const { signal, patienceMs = 60_000, reconnectMs = 500 } = options;
  let lastSeenAt = performance.now();
  for (;;) {
    try {
      const over = await followOnce(gateway, run, options, () => {
        lastSeenAt = performance.now();
      });
      if (over) return over;
    } catch (error) {
      signal?.throwIfAborted();
      if (!mayPass(error) || performance.now() - lastSeenAt > patienceMs) throw error;
    }
    await delay(reconnectMs, undefined, signal ? { signal } : {});
  }
}

const mayPass = (error: unknown): boolean =>
  ['gateway_unreachable', 'bus_unavailable'].includes(failureOf(error).code);

function parseEvent<T>(schema: z.ZodType<T>, data: string, url: string): T {
  try {
    return schema.parse(JSON.parse(data));
  } catch (error) {
    const message = `${url} sent an event in an unexpected shape; are client and gateway of the same release?`;
    throw new HoldfastError('internal', message, { cause: error });
  }
}

/** One connection; undefined when it ended before the run did. */
async function followOnce(
  gateway: Gateway,
  run: RunId,
  options: WatchOptions,
  onActivity: () => void,
): Promise<Run | undefined> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), SILENCE_LIMIT_MS);
  const seen = (): void => {
    onActivity();
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), SILENCE_LIMIT_MS);
  };
  const signal = options.signal ? AbortSignal.any([options.signal, silence.signal]) : silence.signal;
  try {
    const response = await send(gateway, planRequest(routes.watchRunProgress, { run }), { signal });
    if (!response.ok) throw await failureOfResponse(response, gateway.url);
    if (!response.body) return undefined;
    seen();
    for await (const { event, data } of readEventStream(response.body, seen)) {
      if (event === 'progress') options.onProgress?.(parseEvent(progressSchema, data, gateway.url));
      if (event !== 'run') continue;
      const current = parseEvent(runSchema, data, gateway.url);
      options.onRun?.(current);
      if (isTerminal(current.state)) return current;
    }
    return undefined;
  } catch (error) {
    // A stream that breaks rejects with whatever the socket said; our own errors keep their code.
    throw error instanceof HoldfastError ? error : unreachable(gateway.url, error);
  } finally {
    clearTimeout(timer);
  }
}
