import { createHash } from 'node:crypto';
import type { Lease, Leases } from '@holdfast/bus';
import { HoldfastError, LEASE_TTL_MS } from '@holdfast/contracts';
import type { Storage } from '@holdfast/storage';

/** A worker that was killed holds its lease for its TTL; this long a successor waits for it. */
const PATIENCE_MS = LEASE_TTL_MS + 5_000;

/** The lease of who may write a storage alone. */
export const exclusiveKey = ({ location }: Pick<Storage, 'location'>): string =>
  `exclusive.${createHash('sha256').update(location).digest('hex').slice(0, 16)}`;

/**
 * A storage that cannot create an object only if it is absent may be written by one worker alone, as two could commit the
 * same run. Undefined where the storage can. Throws storage_failed when another worker is there and stays.
 */
export async function claimStorage(
  storage: Pick<Storage, 'conditionalCreate' | 'location'>,
  leases: Leases,
  worker: string,
  patienceMs = PATIENCE_MS,
): Promise<Lease | undefined> {
  if (storage.conditionalCreate) return undefined;
  const key = exclusiveKey(storage);
  const patience = AbortSignal.timeout(patienceMs);
  for (;;) {
    const lease = await leases.acquire(key, worker);
    if (lease) return lease;
    try {
      await leases.waitUntilFree(key, patience);
    } catch (error) {
      if (!patience.aborted) throw error;
      throw new HoldfastError(
        'storage_failed',
        `${storage.location} cannot create an object only if it is absent (If-None-Match), so one worker alone may use it, and another does. Stop the other one, or use a storage that can.`,
        { cause: error },
      );
    }
  }
}
