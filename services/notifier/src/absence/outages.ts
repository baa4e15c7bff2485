import type { Bucket } from '@holdfast/bus';
import type { Alert } from '@holdfast/contracts';
import type { MemoryFile } from '../memory/memory-file.ts';

/** The entry of bucket `alerts` whose revision tells outages of the bus apart. */
const KEY = 'bus';

export type Outages = {
  /** That outage is over: the next one has another number. The first replica that is back writes it. */
  end(outage: number, alert: Alert): Promise<void>;
  stop(): Promise<void>;
};

/**
 * While the bus is away replicas cannot agree on anything; what they tell of it must have one id all the same. So each
 * remembers, as long as the bus is there, the number that the next outage will have.
 */
export async function openOutages(
  alerts: Bucket<Alert>,
  memory: MemoryFile,
  onProblem: (error: unknown, doing: string) => void,
): Promise<Outages> {
  const stopping = new AbortController();
  const remember = (outage: number): void => memory.change((before) => ({ ...before, outage }));
  const stored = await alerts.get(KEY);
  remember(stored?.revision ?? 0);
  const following = (async () => {
    for await (const entry of alerts.watch(KEY, stopping.signal)) if (entry.value) remember(entry.revision);
  })().catch((error: unknown) => {
    if (!stopping.signal.aborted) onProblem(error, 'following the outages of the bus');
  });
  return {
    end: async (outage, alert) => {
      const written =
        outage === 0 ? await alerts.create(KEY, alert) : await alerts.update(KEY, alert, outage);
      const present = written ?? (await alerts.get(KEY));
      if (present) remember(present.revision);
    },
    stop: async () => {
      stopping.abort();
      await following;
    },
  };
}
