import { databaseStatistics, readPosition, runCounts } from '@holdfast/database';
import type { HistoryDependencies } from '../dependencies.ts';
import { catchUp } from '../project/catch-up.ts';
import { checkStream } from '../project/check-stream.ts';
import type { Availability } from './availability.ts';
import type { createGauges } from './gauges.ts';

/** Rarely needed: deliveries drive the projection. It heals what none of them tells of, and feeds the gauges. */
const EVERY_MS = 5_000;

/**
 * Looks at position and stream every 5 s, and catches up where nothing has moved in between: after an outage, behind a message
 * that is no event, in a database that was put back.
 */
export function keepUp(
  deps: HistoryDependencies,
  availability: Availability,
  gauges: ReturnType<typeof createGauges>,
  everyMs = EVERY_MS,
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  let before = -1;

  const look = async (): Promise<void> => {
    try {
      await availability.ensureReady();
      const position = (await readPosition(deps.db, deps.stream))?.position ?? 0;
      const { lastSequence } = await deps.events.eventsInfo();
      if (lastSequence < position) await checkStream(deps, signal);
      if (lastSequence > position && position === before) await catchUp(deps, lastSequence, { signal });
      before = position;
      const reached = (await readPosition(deps.db, deps.stream))?.position ?? 0;
      const [databases, runs] = await Promise.all([databaseStatistics(deps.db), runCounts(deps.db)]);
      gauges.observe({ position: reached, lag: Math.max(0, lastSequence - reached), databases, runs });
      availability.succeeded();
    } catch (error) {
      if (!signal.aborted) availability.failed(error);
    }
  };

  let timer: NodeJS.Timeout | undefined;
  const loop = async (): Promise<void> => {
    await look();
    if (signal.aborted) return;
    timer = setTimeout(() => {
      current = loop();
    }, everyMs);
  };
  let current = loop();
  return {
    stop: async () => {
      stopping.abort();
      clearTimeout(timer);
      await current;
    },
  };
}
