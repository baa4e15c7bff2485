import type { Bus } from '@holdfast/bus';
import { scheduleSchema, timestampSchema } from '@holdfast/contracts';
import { z } from 'zod';
import { knownEvent, type KnownEvent } from './known-event.ts';
import type { MemoryFile } from './memory-file.ts';
import { planMemory } from './plan-memory.ts';

/** Of the entry only this is of interest here. */
const databaseSchema = z.looseObject({ lastSeenAt: timestampSchema.optional() });

export type Following = {
  /** Whether all that was on the bus when we came is in the memory. */
  isCurrent(): boolean;
  stop(): Promise<void>;
};

export type FollowDependencies = {
  readonly bus: Bus;
  readonly memory: MemoryFile;
  /** After an event is in the memory. */
  readonly seen: (event: KnownEvent) => void;
  readonly onProblem: (error: unknown, doing: string) => void;
};

/** Every replica follows everything for itself: the memory must not depend on which of them an event was given to. */
export async function followBus(deps: FollowDependencies): Promise<Following> {
  const { bus, memory, onProblem } = deps;
  const stopping = new AbortController();
  const { signal } = stopping;
  const schedules = await bus.bucket('schedules', scheduleSchema);
  const databases = await bus.bucket('databases', databaseSchema);
  const { firstSequence, lastSequence } = await bus.eventsInfo();
  // A stream that was made anew begins before us.
  if (memory.current().position > lastSequence)
    memory.change((before) => ({ ...before, position: Math.max(0, firstSequence - 1) }));
  const present = await schedules.entries();
  memory.change((before) => ({
    ...before,
    schedules: Object.fromEntries(present.map(({ key, value }) => [key, value])),
  }));

  const followEvents = async (): Promise<void> => {
    for await (const { sequence, event } of bus.readEvents(memory.current().position + 1, { signal })) {
      const known = event && knownEvent(event);
      memory.change((before) => ({
        ...(known ? planMemory(before, known, Date.parse(known.time), Date.parse) : before),
        position: sequence,
      }));
      if (known) deps.seen(known);
    }
  };
  const followSchedules = async (): Promise<void> => {
    for await (const { key, value } of schedules.changes({ signal }))
      memory.change((before) => {
        const { [key]: _, ...others } = before.schedules;
        return { ...before, schedules: value === undefined ? others : { ...others, [key]: value } };
      });
  };
  const followDatabases = async (): Promise<void> => {
    for await (const { key, value } of databases.changes({ signal })) {
      const seenMs = value?.lastSeenAt === undefined ? 0 : Date.parse(value.lastSeenAt);
      memory.change((before) => {
        const { [key]: known = 0, ...others } = before.databases;
        return {
          ...before,
          databases: value === undefined ? others : { ...others, [key]: Math.max(known, seenMs) },
        };
      });
    }
  };
  const going = [followEvents(), followSchedules(), followDatabases()].map((each) =>
    each.catch((error: unknown) => {
      if (!signal.aborted) onProblem(error, 'following what is expected');
    }),
  );
  return {
    isCurrent: () => memory.current().position >= lastSequence,
    stop: async () => {
      stopping.abort();
      await Promise.all(going);
    },
  };
}
