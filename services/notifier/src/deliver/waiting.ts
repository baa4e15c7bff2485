import type { Entry } from '@holdfast/bus';
import type { StoredDelivery } from './stored-delivery.ts';

/** Deliveries that are known to wait, at most so many at a time; the rest waits in the bucket. */
const LIMIT = 1_000;

/** What a sender knows of, by key. A bounded set with a door: whoever fills it waits until there is room. */
export class Waiting {
  readonly #entries = new Map<string, Entry<StoredDelivery>>();
  readonly #limit: number;
  #changed: () => void = () => undefined;

  constructor(limit = LIMIT) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#entries.size;
  }
  get isFull(): boolean {
    return this.#entries.size >= this.#limit;
  }

  put(entry: Entry<StoredDelivery>): void {
    if (entry.value.state === 'pending') this.#entries.set(entry.key, entry);
    else this.#entries.delete(entry.key);
    this.wake();
  }

  drop(key: string): void {
    this.#entries.delete(key);
    this.wake();
  }

  /** The one that is due first, of those that `isFree` lets through. */
  next(
    isFree: (key: string) => boolean,
  ): { readonly entry: Entry<StoredDelivery>; readonly dueMs: number } | undefined {
    let first: { entry: Entry<StoredDelivery>; dueMs: number } | undefined;
    for (const entry of this.#entries.values()) {
      const dueMs = entry.value.nextAttemptAt === undefined ? 0 : Date.parse(entry.value.nextAttemptAt);
      if (isFree(entry.key) && (!first || dueMs < first.dueMs)) first = { entry, dueMs };
    }
    return first;
  }

  /** Resolves at the next change, or after `limitMs`. */
  async change(limitMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const before = this.#changed;
      // A timer of Node holds 24 days at most.
      const timer = setTimeout(done, Math.min(limitMs, 2 ** 31 - 1));
      function done(): void {
        clearTimeout(timer);
        resolve();
      }
      this.#changed = () => {
        before();
        done();
      };
    });
  }

  wake(): void {
    const changed = this.#changed;
    this.#changed = () => undefined;
    changed();
  }
}
