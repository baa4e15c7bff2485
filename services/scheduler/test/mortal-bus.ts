import type { Bucket, Bus } from '@holdfast/bus';

/**
 * A bus for a process that dies in the middle: after so many writes none arrives any more, neither does an answer. With
 * `isAnswerLost`, the last write arrives and its answer does not.
 */
export function mortalBus(
  bus: Bus,
  writesLeft: number,
  isAnswerLost: boolean,
): Bus & { readonly isDead: () => boolean } {
  let left = writesLeft;
  const dead = (): never => {
    throw new Error('this replica was killed');
  };
  async function write<T>(doIt: () => Promise<T>): Promise<T> {
    left -= 1;
    if (left < 0 || (left === 0 && !isAnswerLost)) return dead();
    const answer = await doIt();
    return left <= 0 ? dead() : answer;
  }
  const read = async <T>(doIt: () => Promise<T>): Promise<T> => (left <= 0 ? dead() : doIt());
  const mortal = <T>(bucket: Bucket<T>): Bucket<T> => ({
    ...bucket,
    get: (key) => read(() => bucket.get(key)),
    create: (key, value) => write(() => bucket.create(key, value)),
    update: (key, value, revision) => write(() => bucket.update(key, value, revision)),
    remove: (key, revision) => write(() => bucket.remove(key, revision)),
  });
  return {
    ...bus,
    isDead: () => left <= 0,
    isConnected: () => left > 0 && bus.isConnected(),
    publish: (event) => write(() => bus.publish(event)),
    bucket: async (name, schema) => mortal(await bus.bucket(name, schema)),
  };
}
