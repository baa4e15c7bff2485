import type { Bucket, Bus } from '@holdfast/bus';
import { pinSchema, type Pin } from '@holdfast/contracts';
import { briefly } from '../status/briefly.ts';

/** Bucket `pins`, by a backup's name. */
export type PinStore = Pick<Bucket<Pin>, 'get' | 'create' | 'update' | 'remove' | 'entries'>;

/** How late a list may show a pin that was set through another gateway. */
const FRESH_MS = 250;

/** All of them are remembered for a moment, as every list asks for them. */
export async function openPins(bus: Bus): Promise<PinStore> {
  const bucket = await bus.bucket('pins', pinSchema);
  const readAll = () => briefly(FRESH_MS, () => bucket.entries());
  let entries = readAll();
  const thenForget = async <T>(change: Promise<T>): Promise<T> => {
    try {
      return await change;
    } finally {
      entries = readAll();
    }
  };
  return {
    get: (key) => bucket.get(key),
    entries: () => entries(),
    create: (key, pin) => thenForget(bucket.create(key, pin)),
    update: (key, pin, revision) => thenForget(bucket.update(key, pin, revision)),
    remove: (key, revision) => thenForget(bucket.remove(key, revision)),
  };
}

/** Whether it still holds. Pure. */
export const isInForce = ({ until }: Pin, now: Date): boolean =>
  until === undefined || Date.parse(until) > now.getTime();
