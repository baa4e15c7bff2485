/** Resolves after `pauseMs`; rejects with the signal's reason at once when that aborts. Not Node's own, so that browsers have it. */
export async function pause(pauseMs: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error); // what aborts gives an Error
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, pauseMs);
    signal?.addEventListener('abort', stop, { once: true });
  });
}
