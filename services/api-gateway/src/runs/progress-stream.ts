import { PassThrough, type Readable } from 'node:stream';
import { failureOf, progressSchema, type Run, type RunId, type RunRecord } from '@holdfast/contracts';
import type { GatewayDependencies } from '../dependencies.ts';

const HEARTBEAT_MS = 10_000;

/**
 * Server-sent events of one run: `run` on each change of state, `progress` on the way, the final `run` last. Progress is
 * dropped while the client is slow; states are not. Ends with the run, with the client, or with the gateway.
 */
export function progressStream(
  deps: GatewayDependencies,
  run: RunId,
  view: (record: RunRecord) => Run,
  heartbeatMs = HEARTBEAT_MS,
): Readable {
  const stream = new PassThrough();
  const closed = new AbortController();
  const signal = AbortSignal.any([closed.signal, deps.stopping]);
  const heartbeat = setInterval(() => stream.write(':\n\n'), heartbeatMs);
  stream.once('close', () => {
    clearInterval(heartbeat);
    closed.abort();
  });
  const tell = (event: string, data: unknown): void => {
    if (stream.writable) stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  const forward = async (): Promise<void> => {
    for await (const { payload } of deps.bus.listen(`progress.${run}`, signal)) {
      const progress = progressSchema.safeParse(payload);
      if (progress.success && !stream.writableNeedDrain) tell('progress', progress.data);
    }
  };
  const follow = async (): Promise<void> => {
    await deps.runs.watchUntilOver(run, signal, (record) => tell('run', view(record)));
  };
  // A broken watch ends the stream before the final run: the client sees that and connects again.
  const problem = (error: unknown): void => {
    if (!signal.aborted) deps.log.warn({ run, failure: failureOf(error) }, 'following a run');
  };
  forward().catch(problem);
  follow()
    .catch(problem)
    .finally(() => stream.end());
  return stream;
}
