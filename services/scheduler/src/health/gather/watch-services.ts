import type { Bucket, Bus } from '@holdfast/bus';
import { presenceSchema, type Presence } from '@holdfast/contracts';
import { makeEvent } from '@holdfast/runs';
import type { Memory } from '../memory.ts';

/** How long a bucket may take to say that a key was removed and has not expired. */
const ANSWER_MS = 2_000;

export type Present = Pick<Memory, 'present' | 'missing'> & { readonly services: readonly Presence[] };

/**
 * Who is there, and who no longer is. One that left took its key away; of one that was lost the key expired: that one is
 * told, under an id that is the same whoever tells it.
 */
export async function openServiceWatch(
  bus: Bus,
  source: string,
): Promise<(memory: Memory, now: Date) => Promise<Present>> {
  const bucket: Bucket<Presence> = await bus.bucket('presence', presenceSchema);

  async function hasLeft(key: string): Promise<boolean> {
    const answered = AbortSignal.timeout(ANSWER_MS);
    for await (const entry of bucket.watch(key, answered)) return entry.value === undefined;
    return false;
  }

  async function tellOfLost(key: string, lastSeenAt: string): Promise<void> {
    const [service = '', ...rest] = key.split('.');
    const instance = rest.join('.');
    await bus.publish(
      makeEvent('health.service.lost', {
        run: instance,
        id: `${key}:lost`,
        source,
        data: { service, instance, lastSeenAt },
      }),
    );
  }

  return async (memory, now) => {
    const at = now.toISOString();
    const services = (await bucket.entries()).map(({ value }) => value);
    const present = Object.fromEntries(
      services.map(({ service, instance }) => [`${service}.${instance}`, at]),
    );
    const gone = Object.entries(memory.present).filter(([key]) => present[key] === undefined);
    const lost: string[] = [];
    for (const [key, lastSeenAt] of gone) {
      if (await hasLeft(key)) continue;
      await tellOfLost(key, lastSeenAt);
      lost.push(key.slice(0, key.indexOf('.')));
    }
    return { services, present, missing: missingOf(memory, services, lost, at) };
  };
}

/** Without a worker nothing can be done at all; the others are missed when the last of them did not leave by itself. */
export function missingOf(
  memory: Memory,
  services: readonly Pick<Presence, 'service'>[],
  lost: readonly string[],
  at: string,
): Memory['missing'] {
  const there = new Set(services.map(({ service }) => service));
  const absent = new Set(['backup-worker', ...Object.keys(memory.missing), ...lost]);
  return Object.fromEntries(
    [...absent]
      .filter((service) => !there.has(service))
      .map((service) => [service, memory.missing[service] ?? at]),
  );
}
