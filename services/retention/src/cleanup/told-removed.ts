import { eventSchemas, type CleanupResult, type RunId } from '@holdfast/contracts';
import type { RetentionDependencies } from '../dependencies.ts';

/** How far the clocks of those who ask and store may be apart. */
const SKEW_MS = 60_000;

/** What a clean-up removed so far, in all its attempts: each removal was told. Of the primary place. */
export async function toldRemoved(
  { bus }: Pick<RetentionDependencies, 'bus'>,
  run: RunId,
  requestedAt: Date,
): Promise<CleanupResult['removed']> {
  const { lastSequence } = await bus.eventsInfo();
  const from = new Date(requestedAt.getTime() - SKEW_MS);
  const removed = new Map<string, CleanupResult['removed'][number]>();
  for await (const { event } of bus.readEvents(from, { untilSequence: lastSequence })) {
    if (event?.type !== 'backup.deleted' || event.correlationid !== run) continue;
    const { name, filename, freedBytes: sizeBytes } = eventSchemas['backup.deleted'].parse(event.data);
    removed.set(name, { name, filename, sizeBytes });
  }
  return [...removed.values()];
}
