type Slot<B> = { readonly end: true } | { readonly end: false; readonly value: Promise<B> };

export type Bounds = {
  /** Maps that run side by side. */
  readonly concurrency: number;
  /** Results under way or waiting to be taken. */
  readonly depth: number;
};

/**
 * Maps a stream, results in order. It reads ahead by itself, so that reading, mapping and writing overlap. The source is
 * asked for more only while there is room, and is ended when the reader stops early.
 */
export async function* mapInOrder<A, B>(
  source: AsyncIterable<A>,
  bounds: Bounds,
  map: (item: A) => Promise<B>,
): AsyncGenerator<B> {
  const slots: Slot<B>[] = [];
  const slotAdded = createSignal();
  const roomMade = createSignal();
  let running = 0;
  let stopped = false;
  let asking = false;

  const push = (slot: Slot<B>): void => {
    slots.push(slot);
    slotAdded.give();
  };
  const start = (item: A): void => {
    running += 1;
    const value = map(item).finally(() => {
      running -= 1;
      roomMade.give();
    });
    value.catch(() => undefined); // awaited in its turn; a later one may fail first
    push({ end: false, value });
  };
  const mayGoOn = (): boolean => stopped || (slots.length < bounds.depth && running < bounds.concurrency);

  async function readAhead(): Promise<void> {
    asking = true;
    for await (const item of source) {
      asking = false;
      if (stopped) return;
      start(item);
      while (!mayGoOn()) await roomMade.wait();
      if (stopped) return;
      asking = true;
    }
    asking = false;
    push({ end: true });
  }
  const reading = readAhead().catch((error: unknown) => {
    const value = Promise.reject<B>(error); // thrown again at the reader, in its turn
    value.catch(() => undefined);
    push({ end: false, value });
  });

  try {
    for (;;) {
      while (slots.length === 0) await slotAdded.wait();
      const slot = slots[0];
      if (!slot || slot.end) return;
      const value = await slot.value;
      slots.shift();
      roomMade.give();
      yield value;
    }
  } finally {
    stopped = true;
    roomMade.give();
    // A source that is silent must not hang its reader; it sees that nobody reads when it wakes up.
    if (!asking) await reading;
  }
}

/** One waiter, who looks again at what it waits for. */
function createSignal(): { wait(): Promise<void>; give(): void } {
  let wake = (): void => undefined;
  return {
    wait: () =>
      new Promise((resolve) => {
        wake = resolve;
      }),
    give: () => wake(),
  };
}
