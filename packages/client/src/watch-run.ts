import {
  isTerminal,
  progressSchema,
  routes,
  runSchema,
  type Progress,
  type Run,
  type RunId,
} from '@holdfast/contracts';
import { planRequest, type Gateway } from './call.ts';
import { mayPass, openStream, parseEvent } from './open-stream.ts';
import { pause } from './pause.ts';

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
    await pause(reconnectMs, signal);
  }
}

/** One connection; undefined when it ended before the run did. */
async function followOnce(
  gateway: Gateway,
  run: RunId,
  { signal, onProgress, onRun }: WatchOptions,
  onActivity: () => void,
): Promise<Run | undefined> {
  const request = planRequest(routes.watchRunProgress, { run });
  for await (const { event, data } of openStream(gateway, request, { signal, onActivity })) {
    if (event === 'progress') onProgress?.(parseEvent(progressSchema, data, gateway.url));
    if (event !== 'run') continue;
    const current = parseEvent(runSchema, data, gateway.url);
    onRun?.(current);
    if (isTerminal(current.state)) return current;
  }
  return undefined;
}
