import type { Bus } from '@holdfast/bus';
import { rememberEvent } from '../decide.ts';
import type { Memory } from '../memory.ts';

/**
 * The memory with what happened since its position. The first time that is the whole stream: half of it would say that a
 * database has no backup. Read again from the same position, it comes to the same.
 */
export async function rememberEvents(bus: Bus, memory: Memory): Promise<Memory> {
  const { firstSequence, lastSequence } = await bus.eventsInfo();
  const from = Math.max(memory.position + 1, firstSequence);
  if (lastSequence < from) return memory;
  const databases = { ...memory.databases };
  for await (const { event } of bus.readEvents(from, { untilSequence: lastSequence })) {
    if (event?.database === undefined) continue;
    const before = databases[event.database];
    const after = rememberEvent(before, event);
    // A database of which nothing was ever made is none that we know.
    if (before !== undefined || after.good.length + after.recent.length > 0)
      databases[event.database] = after;
  }
  return { ...memory, position: lastSequence, databases };
}
