import { planPartBytes } from './plan-part-bytes.ts';

/** Bytes for one request. `isLast` ones may be fewer than planned, or none. */
export type Part = {
  readonly number: number;
  readonly bytes: Buffer;
  readonly isLast: boolean;
  /** Call it when the bytes are no longer needed: the next part is filled into the same memory. */
  readonly release: () => void;
};

/** Gathers what `body` gives into parts, asking it for more only when the reader asks for a part. */
export async function* fillParts(body: AsyncIterable<Uint8Array>, firstBytes: number): AsyncGenerator<Part> {
  // Taken from the system once and used again: were each part its own, memory would grow until the collector runs.
  const free: Buffer[] = [];
  let number = 1;
  let buffer: Buffer | undefined;
  let filled = 0;
  const part = (isLast: boolean): Part => {
    const whole = buffer ?? Buffer.alloc(0);
    return { number, bytes: whole.subarray(0, filled), isLast, release: () => void free.push(whole) };
  };
  for await (const piece of body) {
    let taken = 0;
    while (taken < piece.length) {
      const wanted = planPartBytes(number, firstBytes);
      if (!buffer) {
        buffer = free.pop();
        // A smaller one is from before parts grew.
        if (buffer?.length !== wanted) buffer = Buffer.allocUnsafeSlow(wanted);
      }
      const copied = Math.min(buffer.length - filled, piece.length - taken);
      buffer.set(piece.subarray(taken, taken + copied), filled);
      taken += copied;
      filled += copied;
      if (filled < buffer.length) continue;
      yield part(false);
      number += 1;
      buffer = undefined;
      filled = 0;
    }
  }
  yield part(true);
}
