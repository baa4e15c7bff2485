import { setTimeout as wait } from 'node:timers/promises';
import { StorageError, type StorageErrorCode } from './storage-error.ts';
import type { Storage, StorageVerb } from './storage.ts';

/** What goes wrong, for tests. Faults add up. */
export type FaultPlan = {
  /** The verb's nth call (from 1) throws before anything happens. */
  readonly failCall?: { readonly verb: StorageVerb; readonly nth: number; readonly code: StorageErrorCode };
  /** Every put takes this many bytes, then the disk is full. */
  readonly fullAfterBytes?: number;
  /** Every call waits this long first. */
  readonly delayMs?: number;
  /** createIfAbsent does its work and then the answer is lost (`storage_failed`). */
  readonly loseCommitReply?: boolean;
  /** A put keeps all but the last byte: `told` answers the true size, `silent` the size it was given. */
  readonly shortWrite?: 'told' | 'silent';
};

/** `inner`, with the faults of `plan`. */
export function faultyStorage(inner: Storage, plan: FaultPlan): Storage {
  const calls = new Map<StorageVerb, number>();
  const before = async (verb: StorageVerb): Promise<void> => {
    const nth = (calls.get(verb) ?? 0) + 1;
    calls.set(verb, nth);
    if (plan.delayMs !== undefined) await wait(plan.delayMs);
    if (plan.failCall?.verb === verb && plan.failCall.nth === nth)
      throw new StorageError(plan.failCall.code, `injected: call ${nth} of ${verb}`);
  };
  async function* iterate<T>(verb: StorageVerb, start: () => AsyncIterable<T>): AsyncGenerator<T> {
    await before(verb);
    yield* start();
  }
  const call = async <T>(verb: StorageVerb, work: () => Promise<T>): Promise<T> => {
    await before(verb);
    return work();
  };
  return {
    location: inner.location,
    conditionalCreate: inner.conditionalCreate,
    put: (key, body, options) =>
      call('put', async () => {
        const given = { sizeBytes: 0 };
        const stored = await inner.put(key, faultyBody(body, plan, given), options);
        return plan.shortWrite === 'silent' ? given : stored;
      }),
    createIfAbsent: (key, bytes) =>
      call('createIfAbsent', async () => {
        const answer = await inner.createIfAbsent(key, bytes);
        if (!plan.loseCommitReply) return answer;
        throw new StorageError('storage_failed', 'injected: the reply was lost after the commit');
      }),
    get: (key, range) => iterate('get', () => inner.get(key, range)),
    head: (key) => call('head', () => inner.head(key)),
    list: (prefix) => iterate('list', () => inner.list(prefix)),
    remove: (key) => call('remove', () => inner.remove(key)),
    leftovers: (prefix) => iterate('leftovers', () => inner.leftovers(prefix)),
    removeLeftover: (key) => call('removeLeftover', () => inner.removeLeftover(key)),
    check: () => call('check', () => inner.check()),
  };
}

async function* faultyBody(
  body: AsyncIterable<Uint8Array>,
  plan: FaultPlan,
  given: { sizeBytes: number },
): AsyncGenerator<Uint8Array> {
  let roomBytes = plan.fullAfterBytes ?? Number.POSITIVE_INFINITY;
  let held: Uint8Array | undefined;
  for await (const bytes of body) {
    if (bytes.length === 0) continue;
    given.sizeBytes += bytes.length;
    if (held) yield held;
    held = undefined;
    if (bytes.length > roomBytes) {
      yield bytes.subarray(0, roomBytes);
      throw new StorageError('storage_full', `injected: no space after ${plan.fullAfterBytes} bytes`);
    }
    roomBytes -= bytes.length;
    if (plan.shortWrite) held = Uint8Array.from(bytes);
    else yield bytes;
  }
  if (held) yield held.subarray(0, held.length - 1);
}
