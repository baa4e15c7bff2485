import type { Storage } from '@holdfast/storage';

/** A verb that changes something is about to be done, or was just done. */
export type Step = { readonly number: number; readonly when: 'before' | 'after'; readonly verb: string };

/** `inner`, with `onStep` called around each change, in its order; what it throws is thrown instead of an answer. */
export function steppedStorage(inner: Storage, onStep: (step: Step) => Promise<void>): Storage {
  let number = 0;
  const around = async <T>(verb: string, work: () => Promise<T>): Promise<T> => {
    number += 1;
    const own = number;
    await onStep({ number: own, when: 'before', verb });
    const answer = await work();
    await onStep({ number: own, when: 'after', verb });
    return answer;
  };
  return {
    ...inner,
    put: (key, body, options) => around(`put ${key}`, () => inner.put(key, body, options)),
    createIfAbsent: (key, bytes) => around(`create ${key}`, () => inner.createIfAbsent(key, bytes)),
    remove: (key) => around(`remove ${key}`, () => inner.remove(key)),
  };
}

/** A process that dies at a step: nothing that it does from then on happens. */
export function dyingAt(inner: Storage, number: number, when: Step['when']): Storage {
  let isDead = false;
  const die = async (): Promise<never> => {
    throw new Error('the process died');
  };
  const stepped = steppedStorage(inner, async (step) => {
    if (step.number === number && step.when === when) isDead = true;
    if (isDead) await die();
  });
  return {
    ...stepped,
    head: (key) => (isDead ? die() : stepped.head(key)),
    get: (key, range) => (isDead ? dead() : stepped.get(key, range)),
    list: (prefix) => (isDead ? dead() : stepped.list(prefix)),
  };
}

const dead = (): AsyncIterable<never> => ({
  [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('the process died')) }),
});
