import type { Features } from './features.ts';
import { createCutter, MAX_CHUNK_BYTES } from './gear.ts';

/** A chunk of the raw stream. `release` gives its buffer back; call it when the bytes were used. */
export type Chunk = { readonly bytes: Uint8Array; readonly features: Features; release(): void };

/**
 * Cuts a stream where its content says, so that the same content gives the same chunks wherever it stands. Buffers go
 * round: memory is what the reader holds unreleased and one more. What the source gives is copied before it is asked
 * for more.
 */
export async function* cutChunks(source: AsyncIterable<Uint8Array>): AsyncGenerator<Chunk> {
  const cutter = createCutter();
  const idle: Buffer[] = [];
  const take = (): Buffer => idle.pop() ?? Buffer.allocUnsafeSlow(MAX_CHUNK_BYTES);
  const chunkOf = (buffer: Buffer, length: number): Chunk => ({
    bytes: buffer.subarray(0, length),
    features: cutter.takeFeatures(),
    release: () => void idle.push(buffer),
  });
  let buffer = take();
  let length = 0;
  for await (const piece of source) {
    for (let from = 0; from < piece.length;) {
      const end = cutter.findEnd(piece, from);
      const taken = piece.subarray(from, end || piece.length);
      buffer.set(taken, length);
      length += taken.length;
      from += taken.length;
      if (end === 0) continue;
      yield chunkOf(buffer, length);
      buffer = take();
      length = 0;
    }
  }
  if (length > 0) yield chunkOf(buffer, length);
}
