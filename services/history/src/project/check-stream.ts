import { followNewStream, lockPosition, readPosition, type Position } from '@holdfast/database';
import type { HistoryDependencies } from '../dependencies.ts';

/**
 * A stream that was lost and made anew counts from 1 again, so that all of it would look long known. Told by its end, or by the
 * event at our position, it is followed from its beginning. Answers whether it is another.
 */
export async function checkStream(deps: HistoryDependencies, signal: AbortSignal): Promise<boolean> {
  // In this order: of one stream, the end that is read later cannot lie before the position that was read earlier.
  const seen = await readPosition(deps.db, deps.stream);
  if (!seen || seen.position === 0) return false;
  const info = await deps.events.eventsInfo();
  if (info.lastSequence >= seen.position && (await isSameAt(deps, seen, signal))) return false;
  const followed = await deps.db.transaction().execute(async (tx) => {
    const locked = await lockPosition(tx, deps.stream);
    if (locked.position !== seen.position || locked.epoch !== seen.epoch) return false;
    await followNewStream(tx, deps.stream, info.firstSequence);
    return true;
  });
  if (followed) {
    deps.log.warn(
      { position: seen.position, ...info },
      'the events stream is another one than before; following it from its beginning',
    );
  }
  return followed;
}

/** Whether the event at our position is the one we know. Where it cannot be told, it is. */
async function isSameAt(deps: HistoryDependencies, seen: Position, signal: AbortSignal): Promise<boolean> {
  if (seen.eventId === undefined) return true;
  const { position } = seen;
  for await (const stored of deps.events.readEvents(position, { untilSequence: position, signal })) {
    return stored.sequence !== position || stored.event?.id === seen.eventId;
  }
  return true;
}
