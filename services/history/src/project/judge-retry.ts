/** The stream waits with us, in order: nothing is gained by long waits, and much by a soon end of the outage. */
const FIRST_MS = 250;
const LONGEST_MS = 5_000;

/** How long until a doorbell that could not be answered rings again. Doubles; `deliveryCount` is 1 the first time. Pure. */
export function retryDelayMs(deliveryCount: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(20, Math.max(0, deliveryCount - 1)));
}
