/** A bucket of bytes that fills at a steady rate. Below zero it is in debt: whoever takes next waits until that is paid. */
export type TokenBucket = { readonly bytes: number; readonly filledAtMs: number };

/** How much may go at once after a pause: enough that a paused reader does not lose its share, too little to be seen. */
const BURST_MS = 250;

export const burstBytes = (maxBytesPerSecond: number): number => (maxBytesPerSecond * BURST_MS) / 1000;

export const fullBucket = (nowMs: number, maxBytesPerSecond: number): TokenBucket => ({
  bytes: burstBytes(maxBytesPerSecond),
  filledAtMs: nowMs,
});

/** Takes `bytes`, and says how long to wait before they may go. Takers are served in the order they come. */
export function takeBytes(
  bucket: TokenBucket,
  bytes: number,
  nowMs: number,
  maxBytesPerSecond: number,
): { readonly bucket: TokenBucket; readonly waitMs: number } {
  const elapsedMs = Math.max(0, nowMs - bucket.filledAtMs);
  const filled = Math.min(
    burstBytes(maxBytesPerSecond),
    bucket.bytes + (elapsedMs * maxBytesPerSecond) / 1000,
  );
  const left = filled - bytes;
  return {
    bucket: { bytes: left, filledAtMs: Math.max(nowMs, bucket.filledAtMs) },
    waitMs: left >= 0 ? 0 : (-left * 1000) / maxBytesPerSecond,
  };
}
