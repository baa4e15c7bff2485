type Slot<B> = { readonly end: true } | { readonly end: false; readonly value: Promise<B> };

/**
 * Maps a stream with up to `depth` results under way, given out in order. It reads ahead by itself, so that reading,
 * mapping and writing overlap; the source is asked for more only while there is room.
 */
export async function* mapInOrder<A, B>(
  source: AsyncIterable<A>,
  depth: number,
  map: (item: A) => Promise<B>,
): AsyncGenerator<B> {
  const slots: Slot<B>[] = [];
  let wakeReader = (): void => undefined;
  let wakeWriter = (): void => undefined;
  let stopped = false;

  const push = (slot: Slot<B>): void => {
    slots.push(slot);
    wakeReader();
  };
  const pump = async (): Promise<void> => {
    for await (const item of source) {
      const value = map(item);
      value.catch(() => undefined); // awaited in its turn; a later one may fail first
      push({ end: false, value });
      while (slots.length >= depth && !stopped)
        await new Promise<void>((resolve) => {
          wakeWriter = resolve;
        });
      if (stopped) return;
    }
    push({ end: true });
  };
  const pumping = pump().catch((error: unknown) => {
    const failed = Promise.reject<B>(error as Error); // whatever was thrown is thrown again at the reader
    failed.catch(() => undefined);
    push({ end: false, value: failed });
  });

  try {
    for (;;) {
      while (slots.length === 0)
        await new Promise<void>((resolve) => {
          wakeReader = resolve;
        });
      const slot = slots[0];
      if (!slot || slot.end) return;
      const value = await slot.value;
      slots.shift();
      wakeWriter();
      yield value;
    }
  } finally {
    stopped = true;
    wakeWriter();
    // A source that hangs must not hang its reader; it is ended by whoever made it.
    void pumping;
  }
}
