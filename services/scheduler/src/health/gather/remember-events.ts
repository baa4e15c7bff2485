import type { Bus } from '@holdfast/bus';
import { rememberEvent } from '../decide.ts';
import type { Memory } from '../memory.ts';

/** At one look: the rest of a long history is read at the next ones. */
const MOST_AT_ONCE = 20_000;

/** The memory with what happened since its position. Read again from there, it comes to the same. */
export async function rememberEvents(bus: Bus, memory: Memory): Promise<Memory> {
  const { firstSequence, lastSequence } = await bus.eventsInfo();
  const from = Math.max(memory.position + 1, firstSequence);
  const until = Math.min(lastSequence, from + MOST_AT_ONCE);
  if (until < from) return memory;
  const databases = { ...memory.databases };
  for await (const { event } of bus.readEvents(from, { untilSequence: until })) {
    if (event?.database === undefined) continue;
    const before = databases[event.database];
    const after = rememberEvent(before, event);
    // A database of which nothing was ever made is none that we know.
    if (before !== undefined || after.good.length + after.recent.length > 0)
      databases[event.database] = after;
  }
  return { ...memory, position: until, databases };
}
