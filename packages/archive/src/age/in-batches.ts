/** `bytes` is valid until the next batch is asked for: the same memory serves them all. */
export type Batch = { readonly bytes: Buffer; readonly isLast: boolean };

/**
 * The same bytes in batches of exactly `sizeBytes`, of which the last may be shorter. It is known to be the last when it
 * is given, and is empty only when everything is.
 */
export async function* inBatches(
  source: AsyncIterable<Uint8Array>,
  sizeBytes: number,
): AsyncGenerator<Batch, void, undefined> {
  const batch = Buffer.allocUnsafeSlow(sizeBytes);
  let filled = 0;
  for await (const piece of source) {
    for (let at = 0; at < piece.length;) {
      if (filled === sizeBytes) {
        yield { bytes: batch, isLast: false };
        filled = 0;
      }
      const taken = Math.min(sizeBytes - filled, piece.length - at);
      batch.set(piece.subarray(at, at + taken), filled);
      filled += taken;
      at += taken;
    }
  }
  yield { bytes: batch.subarray(0, filled), isLast: true };
}
