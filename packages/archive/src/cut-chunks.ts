import { findCut, MAX_CHUNK_BYTES } from './gear.ts';

/** A chunk of the raw stream. `release` gives its buffer back; call it when the bytes were used. */
export type Chunk = { readonly bytes: Uint8Array; release(): void };

/**
 * Cuts a stream where its content says, so that the same content gives the same chunks wherever it stands. Buffers go
 * round: memory is what the reader holds unreleased and one more.
 */
export async function* cutChunks(source: AsyncIterable<Uint8Array>): AsyncGenerator<Chunk> {
  const idle: Buffer[] = [];
  const take = (): Buffer => idle.pop() ?? Buffer.allocUnsafeSlow(MAX_CHUNK_BYTES);
  const chunkOf = (buffer: Buffer, length: number): Chunk => ({
    bytes: buffer.subarray(0, length),
    release: () => void idle.push(buffer),
  });

  let buffer = take();
  let length = 0;
  let hash = 0;
  for await (const piece of source) {
    let used = 0;
    while (used < piece.length) {
      const copied = Math.min(piece.length - used, MAX_CHUNK_BYTES - length);
      buffer.set(piece.subarray(used, used + copied), length);
      const seen = length;
      length += copied;
      used += copied;
      const found = findCut(buffer, seen, length, hash);
      hash = found.hash;
      if (found.cut === 0) continue;
      used -= length - found.cut; // what lies behind the cut begins the next chunk
      yield chunkOf(buffer, found.cut);
      buffer = take();
      length = 0;
    }
  }
  if (length > 0) yield chunkOf(buffer, length);
}
