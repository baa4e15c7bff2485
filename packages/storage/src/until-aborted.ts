/** `source`, ended by `signal` with its reason even while the source is silent. The source is told to stop. */
export async function* untilAborted<T>(
  source: AsyncIterable<T>,
  signal: AbortSignal | undefined,
): AsyncGenerator<T> {
  if (!signal) return yield* source;
  const iterator = source[Symbol.asyncIterator]();
  const aborted = Promise.withResolvers<never>();
  aborted.promise.catch(() => undefined); // an abort between two steps is seen at the next one
  const abort = (): void => aborted.reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  let atRest = true;
  try {
    for (;;) {
      signal.throwIfAborted();
      atRest = false;
      const next = await Promise.race([iterator.next(), aborted.promise]);
      atRest = true;
      if (next.done) return;
      yield next.value;
    }
  } finally {
    signal.removeEventListener('abort', abort);
    const stopping = iterator.return?.(undefined);
    // One that is silent would keep us waiting for ever; whoever made it gets the same signal.
    if (atRest) await stopping;
    else stopping?.catch(() => undefined);
  }
}
