import { StorageError, type StorageErrorCode } from './storage-error.ts';
import type { Storage } from './storage.ts';

/** What goes wrong, for tests. */
export type FaultPlan = {
  /** The verb's nth call (from 1) throws before anything happens. */
  readonly failCall?: {
    readonly verb: 'put' | 'createIfAbsent' | 'get' | 'head' | 'remove';
    readonly nth: number;
    readonly code: StorageErrorCode;
  };
  /** A put takes this many bytes, then the disk is full. */
  readonly fullAfterBytes?: number;
  /** createIfAbsent does its work and then the answer is lost. */
  readonly loseCommitReply?: boolean;
  /** A put keeps one byte less than it was given and says so. */
  readonly shortWrite?: boolean;
};

/** `inner`, with the faults of `plan`. */
export function faultyStorage(inner: Storage, plan: FaultPlan): Storage {
  const calls = new Map<string, number>();
  const count = (verb: string): void => {
    const nth = (calls.get(verb) ?? 0) + 1;
    calls.set(verb, nth);
    if (plan.failCall?.verb === verb && plan.failCall.nth === nth)
      throw new StorageError(plan.failCall.code, `injected: call ${nth} of ${verb}`);
  };
  return {
    ...inner,
    put: async (key, body, options) => {
      count('put');
      return inner.put(key, faultyBody(body, plan), options);
    },
    createIfAbsent: async (key, bytes) => {
      count('createIfAbsent');
      const answer = await inner.createIfAbsent(key, bytes);
      if (plan.loseCommitReply)
        throw new StorageError('storage_failed', 'injected: the reply was lost after the commit');
      return answer;
    },
    get: async function* (key, range) {
      count('get');
      yield* inner.get(key, range);
    },
    head: async (key) => {
      count('head');
      return inner.head(key);
    },
    remove: async (key) => {
      count('remove');
      return inner.remove(key);
    },
  };
}

async function* faultyBody(body: AsyncIterable<Uint8Array>, plan: FaultPlan): AsyncGenerator<Uint8Array> {
  let seen = 0;
  let shortened = plan.shortWrite !== true;
  for await (const bytes of body) {
    seen += bytes.length;
    if (plan.fullAfterBytes !== undefined && seen > plan.fullAfterBytes)
      throw new StorageError('storage_full', 'injected: no space left');
    yield shortened ? bytes : bytes.subarray(0, bytes.length - 1);
    shortened = true;
  }
}
