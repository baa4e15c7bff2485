/**
 * A source whose reader need not wait for it any longer once `signal` aborts: it then throws the signal's reason, and
 * lets a stuck source go without waiting for it.
 */
export async function* abortable<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  let isOver = false;
  try {
    for (;;) {
      const step = await orAborted(iterator.next(), signal);
      isOver = step.done === true;
      if (step.done) return;
      yield step.value;
    }
  } finally {
    if (!isOver) void Promise.resolve(iterator.return?.()).catch(() => undefined); // it may be stuck
  }
}

/** A listener of its own for each wait: one promise raced against every piece would keep all of them in memory. */
function orAborted<T>(wait: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    const heard = (): void => signal.removeEventListener('abort', stop);
    wait.then(resolve, reject).then(heard, heard);
  });
}
