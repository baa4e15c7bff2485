import type { ReadRange } from '../read/inspect-archive.ts';
import { AgeError } from './age-error.ts';
import { TAG_BYTES } from './aead.ts';
import { MAX_HEADER_BYTES } from './find-header.ts';
import { CHUNK_BYTES, openChunks, PAYLOAD_NONCE_BYTES, STORED_CHUNK_BYTES, type Payload } from './payload.ts';
import { openStart } from './read-start.ts';

/** Some 35 recipients; a larger header is asked for a second time. */
const USUAL_START_BYTES = 4096;

export type OpenedAge = {
  /** Of the plaintext. */
  readonly sizeBytes: number;
  /** Plaintext from `start` to before `endExclusive`, cut to what is there. One read of the chunks that it touches. */
  readRange(start: number, endExclusive: number): Promise<Uint8Array>;
};

/**
 * Random access: reads the header, and of the payload only the chunks that a range touches. The last chunk is read at
 * once and kept, so that a cut file is refused here and its size can be trusted. `readRange` gives bytes of the encrypted
 * file, `sizeBytes` is its size. Throws AgeError, readRange too; RangeError for a range that is none.
 */
export async function openAge(
  readRange: ReadRange,
  sizeBytes: number,
  identities: readonly string[],
): Promise<OpenedAge> {
  const read: Read = async (start, endExclusive) => {
    if (start === endExclusive) return Buffer.alloc(0);
    const { buffer, byteOffset, byteLength } = await readRange(start, endExclusive);
    if (byteLength !== endExclusive - start)
      throw new AgeError(
        'archive_truncated',
        `The file ends at byte ${start + byteLength}, not at ${sizeBytes}.`,
      );
    return Buffer.from(buffer, byteOffset, byteLength);
  };
  const { payload } = await startOf(read, sizeBytes, identities);
  const payloadBytes = sizeBytes - payload.at;
  const lastChunk = Math.max(0, Math.ceil(payloadBytes / STORED_CHUNK_BYTES) - 1);
  const last = await openLast(read, payload, lastChunk, sizeBytes);
  const plainBytes = payloadBytes - (lastChunk + 1) * TAG_BYTES;

  return {
    sizeBytes: plainBytes,
    readRange: async (start, endExclusive) => {
      if (!(Number.isSafeInteger(start) && Number.isSafeInteger(endExclusive) && start >= 0))
        throw new RangeError(`bytes ${start} to ${endExclusive} are no range`);
      const end = Math.min(endExclusive, plainBytes);
      if (start >= end) return Buffer.alloc(0);
      const first = Math.floor(start / CHUNK_BYTES);
      const chunksEnd = Math.ceil(end / CHUNK_BYTES);
      const parts = chunksEnd > lastChunk ? [last] : [];
      const readEnd = Math.min(chunksEnd, lastChunk);
      if (first < readEnd) {
        const from = payload.at + first * STORED_CHUNK_BYTES;
        const stored = await read(from, payload.at + readEnd * STORED_CHUNK_BYTES);
        parts.unshift(openChunks(payload, first, stored, false));
      }
      const plain = parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
      // A copy of the kept chunk: what is given away may be changed.
      const range = plain.subarray(start - first * CHUNK_BYTES, end - first * CHUNK_BYTES);
      return plain === last ? Buffer.from(range) : range;
    },
  };
}

type Read = (start: number, endExclusive: number) => Promise<Buffer>;

async function openLast(read: Read, payload: Payload, index: number, sizeBytes: number): Promise<Buffer> {
  const at = payload.at + index * STORED_CHUNK_BYTES;
  const stored = await read(at, sizeBytes);
  try {
    return openChunks(payload, index, stored, true);
  } catch (error) {
    // When the chunk before is wrong as well, the file was not cut but goes on after its end: then this throws.
    if (index > 0) openChunks(payload, index - 1, await read(at - STORED_CHUNK_BYTES, at), false);
    throw error;
  }
}

async function startOf(
  read: Read,
  sizeBytes: number,
  identities: readonly string[],
): Promise<NonNullable<Awaited<ReturnType<typeof openStart>>>> {
  for (const wanted of [USUAL_START_BYTES, MAX_HEADER_BYTES + PAYLOAD_NONCE_BYTES]) {
    const length = Math.min(wanted, sizeBytes);
    const opened = await openStart(await read(0, length), length === sizeBytes, identities);
    if (opened) return opened;
  }
  throw new AgeError('archive_corrupt', 'The header has no end.');
}
