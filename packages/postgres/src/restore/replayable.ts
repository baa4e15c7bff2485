export type Replayable = {
  /** The source from its beginning, as often as wanted until `replay`; may be left at any point. */
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
    if (isOver) return;
    const leaving = Promise.resolve(iterator.return?.());
    leaving.catch(() => undefined); // what it still has to say concerns nobody
    if (!taking) await leaving; // else it may be stuck, and would hold us
  };
  return {
    async *beginning() {
      for (let at = 0; ; at += 1) {
        if (at === seen.length) await take();
        const bytes = seen[at];
        if (!bytes) return;
        yield bytes;
      }
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
