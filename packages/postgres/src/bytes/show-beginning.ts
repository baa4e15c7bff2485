export type Shown = {
  /** The whole source, once. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Copies of the same, for a reader who leaves when it has seen enough. It fails as the source fails. */
  readonly beginning: AsyncIterable<Uint8Array>;
};

/**
 * Shows the beginning of a source to a second reader while the first one reads on: the first waits while the second is
 * a piece behind, until that one leaves. Only a piece is ever kept. A first reader that leaves early has a reason, which
 * is told the second by `signal`.
 */
export function showBeginning(source: AsyncIterable<Uint8Array>, signal: AbortSignal): Shown {
  let shown: Uint8Array | undefined;
  let isLeft = false;
  let isOver = false;
  let failure: { readonly error: unknown } | undefined;
  let wakeFirst = (): void => undefined;
  let wakeSecond = (): void => undefined;

  const leave = (): void => {
    isLeft = true;
    shown = undefined;
    wakeFirst();
  };
  const stop = (): void => {
    failure ??= { error: signal.reason };
    leave();
    wakeSecond();
  };
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });

  async function show(piece: Uint8Array): Promise<void> {
    if (isLeft) return;
    shown = Uint8Array.from(piece); // a source may use its buffers again
    wakeSecond();
    await new Promise<void>((resolve) => (wakeFirst = resolve));
  }

  async function* bytes(): AsyncGenerator<Uint8Array> {
    try {
      for await (const piece of source) {
        await show(piece);
        yield piece;
      }
      isOver = true;
    } catch (error) {
      failure ??= { error };
      throw error;
    } finally {
      wakeSecond();
    }
  }

  async function* beginning(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        if (failure) throw failure.error;
        if (shown) {
          yield shown;
          shown = undefined;
          wakeFirst();
        } else if (isOver) return;
        else await new Promise<void>((resolve) => (wakeSecond = resolve));
      }
    } finally {
      leave();
    }
  }
  return { bytes: bytes(), beginning: beginning() };
}
