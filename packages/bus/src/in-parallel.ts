/** Does `work` on each item, up to `width` at once, and yields the results in the items' order. */
export async function* inParallel<I, R>(
  items: Iterable<I>,
  width: number,
  work: (item: I) => Promise<R>,
): AsyncIterable<R> {
  const running: Promise<R>[] = [];
  try {
    for (const item of items) {
      running.push(work(item));
      const oldest = running.length < width ? undefined : running.shift();
      if (oldest) yield await oldest;
    }
    for (let next = running.shift(); next; next = running.shift()) yield await next;
  } finally {
    // Whoever stops early, or fails, leaves no rejection behind that nobody awaits.
    await Promise.allSettled(running);
  }
}
