/** How much the newest measure counts: low enough that the figure can be read, high enough that it follows. */
const WEIGHT = 0.3;
const LEAST_INTERVAL_MS = 200;

/** Bytes per second from positions as they come, smoothed. 0 until there is something to tell. */
export function rateMeter(nowMs: () => number): (position: number) => number {
  let last: { readonly position: number; readonly atMs: number } | undefined;
  let rate = 0;
  return (position) => {
    const atMs = nowMs();
    if (!last || position < last.position) {
      last = { position, atMs };
      rate = 0;
    } else if (atMs - last.atMs >= LEAST_INTERVAL_MS) {
      const current = ((position - last.position) / (atMs - last.atMs)) * 1_000;
      rate = rate === 0 ? current : rate * (1 - WEIGHT) + current * WEIGHT;
      last = { position, atMs };
    }
    return rate;
  };
}
