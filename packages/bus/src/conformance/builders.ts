import { randomUUID } from 'node:crypto';
import type { Envelope } from '@holdfast/contracts';

/** A valid event; what the test is about is given. */
export function anEvent(fields: Partial<Envelope> = {}): Envelope {
  return {
    specversion: '1.0',
    id: randomUUID(),
    type: 'backup.requested',
    source: '/holdfast/test',
    subject: randomUUID(),
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    database: 'app',
    data: {},
    ...fields,
  };
}

export async function collect<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

/** What comes in, one by one; `next` waits for what is not there yet. */
export class Arrivals<T> {
  readonly all: T[] = [];
  readonly #waiting: (() => void)[] = [];
  #taken = 0;

  readonly add = (item: T): void => {
    this.all.push(item);
    for (const wake of this.#waiting.splice(0)) wake();
  };

  /** Throws when nothing comes in time, naming what was missed. */
  async next(what: string, limitMs = 20_000): Promise<T> {
    const until = performance.now() + limitMs;
    for (;;) {
      const item = this.all[this.#taken];
      if (item !== undefined) {
        this.#taken += 1;
        return item;
      }
      const remainingMs = until - performance.now();
      if (remainingMs <= 0) throw new Error(`Waited ${limitMs} ms in vain for ${what}.`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, remainingMs);
        this.#waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }
}
