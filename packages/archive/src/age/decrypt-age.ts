import { readBytes } from '../byte-reader.ts';
import { inBatches } from './in-batches.ts';
import { BATCH_CHUNKS, openChunks, STORED_CHUNK_BYTES } from './payload.ts';
import { readStart } from './read-start.ts';

/**
 * The plaintext, each piece authentic. Ends normally only when the final chunk was reached and nothing follows it. Memory
 * does not grow with the source, which is ended when the reader stops. Throws AgeError.
 */
export async function* decryptAge(
  source: AsyncIterable<Uint8Array>,
  identities: readonly string[],
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = readBytes(source);
  try {
    const { payload, rest } = await readStart(reader.rest(), identities);
    let chunks = 0;
    for await (const { bytes, isLast } of inBatches(rest, BATCH_CHUNKS * STORED_CHUNK_BYTES)) {
      const plain = openChunks(payload, chunks, bytes, isLast);
      if (plain.length > 0) yield plain;
      chunks += BATCH_CHUNKS;
    }
  } finally {
    await reader.close();
  }
}
