/** `source`, ended by `signal` with its reason even while the source is silent. The source is told to stop. */
export async function* untilAborted<T>(
  source: AsyncIterable<T>,
  signal: AbortSignal | undefined,
): AsyncGenerator<T> {
  if (!signal) {
    yield* source;
    return;
  }
  const iterator = source[Symbol.asyncIterator]();
  let abortStep = (): void => undefined;
  const onAbort = (): void => abortStep();
  // A promise of its own for each step: one `aborted` promise raced against all of them would keep every piece alive.
  const step = (): Promise<IteratorResult<T>> =>
    new Promise((resolve, reject) => {
      abortStep = () => reject(signal.reason as Error); // whatever it is, it is thrown again
      iterator.next().then(resolve, reject);
    });
  signal.addEventListener('abort', onAbort, { once: true });
  let atRest = true;
  try {
    for (;;) {
      signal.throwIfAborted();
      atRest = false;
      const next = await step();
      atRest = true;
      if (next.done) return;
      yield next.value;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    const stopping = iterator.return?.(undefined);
    // One that is silent would keep us waiting for ever; whoever made it gets the same signal.
    if (atRest) await stopping;
    else stopping?.catch(() => undefined);
  }
}
