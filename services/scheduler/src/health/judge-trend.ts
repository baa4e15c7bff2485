/** Used at a destination at a moment. */
export type Sample = { readonly atMs: number; readonly usedBytes: number };

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Two weeks of one an hour: a week's rhythm is in it twice. */
const KEPT = 14 * 24;
/** From less than that nothing can be foretold: one night's backups look like a disaster. */
const SHORTEST_SPAN_MS = 12 * HOUR_MS;
const FEWEST = 6;

/** The samples with one more, at most one an hour and two weeks of them. */
export function keepSample(samples: readonly Sample[], sample: Sample): readonly Sample[] {
  const last = samples.at(-1);
  if (last && sample.atMs - last.atMs < HOUR_MS) return samples;
  return [...samples, sample].slice(-KEPT);
}

/** When `totalBytes` are used, by a straight line through the samples; undefined: it does not grow, or too little is known. */
export function daysUntilFull(
  samples: readonly Sample[],
  now: { readonly usedBytes: number; readonly totalBytes: number },
): number | undefined {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || samples.length < FEWEST || last.atMs - first.atMs < SHORTEST_SPAN_MS)
    return undefined;
  const bytesPerDay = slopeOf(samples) * DAY_MS;
  // Less than a ten-thousandth of the whole a day is no trend: it would be full in decades.
  if (bytesPerDay < now.totalBytes / 10_000) return undefined;
  return Math.max(0, now.totalBytes - now.usedBytes) / bytesPerDay;
}

/** Least squares, in bytes a millisecond. */
function slopeOf(samples: readonly Sample[]): number {
  const originMs = samples[0]?.atMs ?? 0;
  const points = samples.map(({ atMs, usedBytes }) => ({ x: atMs - originMs, y: usedBytes }));
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, { y }) => sum + y, 0) / points.length;
  const together = points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0);
  const square = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  return square === 0 ? 0 : together / square;
}
