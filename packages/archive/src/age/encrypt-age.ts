import { randomBytes } from 'node:crypto';
import { readBytes } from '../byte-reader.ts';
import { inBatches } from './in-batches.ts';
import { BATCH_CHUNKS, CHUNK_BYTES, PAYLOAD_NONCE_BYTES, payloadOf, sealChunks } from './payload.ts';
import { FILE_KEY_BYTES, writeHeader } from './write-header.ts';

/**
 * Encrypts to X25519 recipients (`age1…`), any of whose identities opens it. In pieces of about 256 KiB; memory does not
 * grow with the source, which is ended when the reader stops. The first piece throws key_missing without recipients,
 * key_invalid for what is none.
 */
export async function* encryptAge(
  source: AsyncIterable<Uint8Array>,
  recipients: readonly string[],
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = readBytes(source);
  try {
    const fileKey = randomBytes(FILE_KEY_BYTES);
    const nonce = randomBytes(PAYLOAD_NONCE_BYTES);
    const start = Buffer.concat([writeHeader(fileKey, recipients), nonce]);
    const { key } = payloadOf(fileKey, nonce, start.length);
    let chunks = 0;
    for await (const { bytes, isLast } of inBatches(reader.rest(), BATCH_CHUNKS * CHUNK_BYTES)) {
      const stored = sealChunks(key, chunks, bytes, isLast);
      yield chunks === 0 ? Buffer.concat([start, stored]) : stored;
      chunks += BATCH_CHUNKS;
    }
  } finally {
    await reader.close();
  }
}
