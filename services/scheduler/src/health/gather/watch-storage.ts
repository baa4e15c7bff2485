import type { Bucket, Bus } from '@holdfast/bus';
import type { Envelope } from '@holdfast/contracts';
import { makeEvent } from '@holdfast/runs';
import { risesTo, spaceDetail } from '../judge-storage.ts';
import { storageKey, storageMemorySchema, type StorageMemory } from '../memory.ts';
import type { Limits, StorageSign } from '../signs.ts';
import { judgeLook, noStorageMemory } from './judge-look.ts';
import type { Looked, StorageLook } from './look-at-storage.ts';

/** A look writes, and lists where there is a quota: often enough for a disk that fills. */
const LOOK_EVERY_MS = 60_000;

export type StorageWatch = (now: Date) => Promise<readonly StorageSign[]>;

/** Looks at the destinations once a minute, remembers their trend in the bucket, and warns once for each crossing. */
export async function openStorageWatch(deps: {
  readonly bus: Bus;
  readonly source: string;
  readonly storage: StorageLook;
  readonly limits: Pick<Limits, 'warnPercent' | 'criticalPercent'>;
}): Promise<StorageWatch> {
  const bucket: Bucket<StorageMemory> = await deps.bus.bucket('health', storageMemorySchema);
  let last: { readonly atMs: number; readonly signs: readonly StorageSign[] } | undefined;

  async function judge(looked: Looked, now: Date): Promise<StorageSign> {
    const key = storageKey(looked.destination);
    const entry = await bucket.get(key);
    const before = entry?.value ?? noStorageMemory;
    const { sign, memory } = judgeLook(before, looked, now.toISOString(), deps.limits);
    const risen = risesTo(before.level, sign.level);
    // Told before it is remembered: a crash between the two tells it twice, under one id.
    if (risen) await deps.bus.publish(warningOf(sign, risen, entry?.revision ?? 0));
    if (memory !== before && JSON.stringify(memory) !== JSON.stringify(before)) {
      if (entry) await bucket.update(key, memory, entry.revision);
      else await bucket.create(key, memory);
    }
    return sign;
  }

  const warningOf = (sign: StorageSign, severity: 'warning' | 'critical', revision: number): Envelope => {
    const { destination, usedPercent, freeBytes, daysUntilFull } = sign;
    return makeEvent('health.storage.warning', {
      run: destination,
      id: `${destination}:${severity}:${revision}`,
      source: deps.source,
      data: {
        destination,
        severity,
        ...(usedPercent === undefined ? {} : { usedPercent }),
        ...(freeBytes === undefined ? {} : { freeBytes }),
        ...(daysUntilFull === undefined ? {} : { daysUntilFull }),
        message: spaceDetail(sign, deps.limits),
      },
    });
  };

  return async (now) => {
    if (last && now.getTime() - last.atMs < LOOK_EVERY_MS) return last.signs;
    const looked = await deps.storage.look();
    const signs = await Promise.all(looked.map((each) => judge(each, now)));
    last = { atMs: now.getTime(), signs };
    return signs;
  };
}
