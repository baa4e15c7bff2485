import type { StoredEvent } from '@holdfast/bus';
import { HoldfastError } from '@holdfast/contracts';
import type { HistoryDependencies } from '../dependencies.ts';

export type BatchEvent = Pick<StoredEvent, 'sequence' | 'event'>;

/** Events in stream order, and the sequence up to which there are no others. */
export type Batch = { readonly events: readonly BatchEvent[]; readonly end: number };

/** Beside the number of events: what a batch may weigh in memory. */
const MOST_BYTES = 8 * 1024 * 1024;

/** The next events from `from`, at most `until`. */
export async function readBatch(
  deps: Pick<HistoryDependencies, 'events' | 'batchSize'>,
  from: number,
  until: number,
  signal: AbortSignal,
): Promise<Batch> {
  const events: BatchEvent[] = [];
  let bytes = 0;
  for await (const { sequence, event, raw } of deps.events.readEvents(from, {
    untilSequence: until,
    signal,
  })) {
    events.push({ sequence, event });
    bytes += raw.byteLength;
    if (events.length >= deps.batchSize || bytes >= MOST_BYTES) return { events, end: sequence };
  }
  if (events.at(-1)?.sequence === until) return { events, end: until };
  // The stream has holes, and so it may end before `until`. A reading that was cut short looks the same, and would lose events.
  if (signal.aborted)
    throw new HoldfastError('shutting_down', 'Reading the events was cut short; it goes on later.');
  await deps.events.eventsInfo();
  return { events, end: until };
}
