export type Replayable = {
  /** The source from its beginning; may be left at any point. */
  beginning(): AsyncGenerator<Uint8Array>;
  /** The source from its first byte to its end, once; what `beginning` took is kept until then. */
  replay(): AsyncGenerator<Uint8Array>;
  /** Lets the source go without reading on. */
  close(): Promise<void>;
};

/** A source whose beginning can be looked at before it is read. Its failure stays a failure for every reader. */
export function replayable(source: AsyncIterable<Uint8Array>): Replayable {
  const iterator = source[Symbol.asyncIterator]();
  const seen: Uint8Array[] = [];
  let isOver = false;
  let taking: Promise<Uint8Array | undefined> | undefined;

  // Every chunk goes through `seen`, so one that arrives after its reader left is not lost.
  const take = (): Promise<Uint8Array | undefined> => {
    taking ??= iterator.next().then((step) => {
      taking = undefined;
      isOver = step.done === true;
      if (step.done) return undefined;
      seen.push(step.value);
      return step.value;
    });
    taking.catch(() => undefined); // a reader that left early must not make it unhandled; the next one gets it
    return taking;
  };
  const close = async (): Promise<void> => {
    if (!isOver) await iterator.return?.();
  };
  return {
    async *beginning() {
      for (let bytes = await take(); bytes; bytes = await take()) yield bytes;
    },
    async *replay() {
      try {
        for (;;) {
          const bytes = seen.shift();
          if (bytes) yield bytes;
          else if (isOver) return;
          else await take();
        }
      } finally {
        await close();
      }
    },
    close,
  };
}
