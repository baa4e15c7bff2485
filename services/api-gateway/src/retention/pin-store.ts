import type { Bucket, Bus } from '@holdfast/bus';
import { pinSchema, type Pin } from '@holdfast/contracts';

/** Bucket `pins`, by a backup's name. */
export type PinStore = Bucket<Pin>;

export const openPins = (bus: Bus): Promise<PinStore> => bus.bucket('pins', pinSchema);

/** Whether it still holds. Pure. */
export const isInForce = ({ until }: Pin, now: Date): boolean =>
  until === undefined || Date.parse(until) > now.getTime();
