import { readBytes } from '../byte-reader.ts';
import { inBatches } from './in-batches.ts';
import { BATCH_CHUNKS, openChunks, STORED_CHUNK_BYTES } from './payload.ts';
import { readStart } from './read-start.ts';
import { writeHeader } from './write-header.ts';

/**
 * The same file for other recipients: a new header around the same file key, then the very same payload. Every chunk is
 * authenticated on its way, as the new file gets a new sha256 that would otherwise vouch for damage. Takes nothing back
 * from those who could read the old file. Throws AgeError, as decryptAge and encryptAge do.
 */
export async function* rewrapAge(
  source: AsyncIterable<Uint8Array>,
  identities: readonly string[],
  recipients: readonly string[],
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = readBytes(source);
  try {
    const { fileKey, nonce, payload, rest } = await readStart(reader.rest(), identities);
    const start = Buffer.concat([writeHeader(fileKey, recipients), nonce]);
    let chunks = 0;
    for await (const { bytes, isLast } of inBatches(rest, BATCH_CHUNKS * STORED_CHUNK_BYTES)) {
      openChunks(payload, chunks, bytes, isLast);
      yield Buffer.concat(chunks === 0 ? [start, bytes] : [bytes]);
      chunks += BATCH_CHUNKS;
    }
  } finally {
    await reader.close();
  }
}
