import type { Bucket, Bus } from '@holdfast/bus';
import type { HealthState } from '@holdfast/contracts';
import type { StorageLook } from './gather/look-at-storage.ts';
import { openScheduleReader } from './gather/read-schedules.ts';
import { rememberEvents } from './gather/remember-events.ts';
import { openServiceWatch } from './gather/watch-services.ts';
import { openStorageWatch } from './gather/watch-storage.ts';
import { judgeHealth } from './judge-health.ts';
import type { HealthMeasures } from './measures.ts';
import { MEMORY, memorySchema, noMemory, type Memory } from './memory.ts';
import type { Limits, Signs } from './signs.ts';
import { openTellHealth } from './tell-health.ts';
import { timeOf } from './time-of.ts';

export type LookDependencies = {
  readonly bus: Bus;
  readonly source: string;
  readonly storage: StorageLook;
  readonly limits: Limits;
  readonly measures: Pick<HealthMeasures, 'told'>;
};

/** One look at everything: gather → judge → tell and remember. By one replica at a time. */
export async function openLook(deps: LookDependencies): Promise<(now: Date) => Promise<HealthState>> {
  const { bus, source } = deps;
  const memories: Bucket<Memory> = await bus.bucket('health', memorySchema);
  const watchStorage = await openStorageWatch(deps);
  const watchServices = await openServiceWatch(bus, source);
  const readSchedules = await openScheduleReader(bus);
  const tell = await openTellHealth(bus, source);

  return async (now) => {
    const entry = await memories.get(MEMORY);
    const before = entry?.value ?? noMemory;
    const storage = await watchStorage(now);
    const { services, present, missing } = await watchServices(before, now);
    const memory: Memory = { ...(await rememberEvents(bus, before)), present, missing };
    const backlog = await bus.backlog();
    const known = new Set([
      ...services.flatMap(({ databases }) => databases.map(({ id }) => id)),
      ...Object.keys(memory.databases),
    ]);
    const signs: Signs = {
      nowMs: now.getTime(),
      storage,
      schedules: await readSchedules([...known], now),
      databases: memory.databases,
      services,
      missing: Object.fromEntries(
        Object.entries(missing).map(([service, since]) => [service, timeOf(since) ?? now.getTime()]),
      ),
      deadLetters: backlog.deadLetters,
      pending: backlog.consumers.map(({ durable, pending: events }) => ({ durable, events })),
    };
    const checks = judgeHealth(signs, deps.limits);
    deps.measures.told(signs, checks);
    const state = await tell(checks, storage, now);
    if (entry) await memories.update(MEMORY, memory, entry.revision);
    else await memories.create(MEMORY, memory);
    return state;
  };
}
