import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { AgeError } from './age-error.ts';
import { open, seal, TAG_BYTES } from './aead.ts';

export const CHUNK_BYTES = 65_536;
export const STORED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES;
export const PAYLOAD_NONCE_BYTES = 16;
/** Chunks handed on as one piece, 256 KiB: per piece the pipeline pays, per chunk only the cipher does. */
export const BATCH_CHUNKS = 4;
/** What was appended is looked for this far: the padding of a block, a newline. Costs some 30 ms, once. */
const MAX_APPENDED_BYTES = 512;

/** Of a payload and its place in the file. */
export type Payload = {
  /** As an object: from bytes, Node takes ten times as long to begin a chunk. */
  readonly key: KeyObject;
  readonly at: number;
};

export const payloadOf = (fileKey: Uint8Array, nonce: Uint8Array, at: number): Payload => ({
  key: createSecretKey(Buffer.from(hkdfSync('sha256', fileKey, nonce, 'payload', 32))),
  at,
});

/** Consecutive chunks from number `first` on; with the last of the payload among them when `isLast`. */
export function sealChunks(key: KeyObject, first: number, plain: Buffer, isLast: boolean): Buffer {
  const count = Math.max(1, Math.ceil(plain.length / CHUNK_BYTES));
  const stored = Buffer.allocUnsafe(plain.length + count * TAG_BYTES);
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    const nonce = chunkNonce(first + index, isLast && index === count - 1);
    const chunk = plain.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES);
    for (const part of seal(key, nonce, chunk)) {
      stored.set(part, at);
      at += part.length;
    }
  }
  return stored;
}

/** The opposite. Nothing is returned of which not every chunk is authentic and in its place; throws AgeError. */
export function openChunks(payload: Payload, first: number, stored: Buffer, isLast: boolean): Buffer {
  const count = Math.max(1, Math.ceil(stored.length / STORED_CHUNK_BYTES));
  const plain = Buffer.allocUnsafe(stored.length);
  let plainBytes = 0;
  for (let index = 0; index < count; index += 1) {
    const chunk = stored.subarray(index * STORED_CHUNK_BYTES, (index + 1) * STORED_CHUNK_BYTES);
    const isFinal = isLast && index === count - 1;
    const opened = openChunk(payload.key, first + index, chunk, isFinal);
    if (!opened) throw refusal(payload, first + index, chunk, isFinal);
    plain.set(opened, plainBytes);
    plainBytes += opened.length;
  }
  return plain.subarray(0, plainBytes);
}

function openChunk(key: KeyObject, index: number, stored: Buffer, isFinal: boolean): Buffer | undefined {
  const isEmpty = stored.length <= TAG_BYTES;
  if (isEmpty && index > 0) return undefined; // an empty chunk is a whole payload or none
  return open(key, chunkNonce(index, isFinal), stored);
}

/**
 * What the chunk tells of how it came to be wrong. A file cut within its last chunk looks like one whose last chunk was
 * changed, as the tag is missing in the one and does not fit in the other; to be cut is by far the likelier.
 */
function refusal({ key, at }: Payload, index: number, stored: Buffer, isFinal: boolean): AgeError {
  const chunkAt = at + index * STORED_CHUNK_BYTES;
  const endsAt = chunkAt + stored.length;
  const appendedTo = isFinal ? finalWithin(key, index, stored) : openChunk(key, index, stored, true);
  if (appendedTo)
    return new AgeError(
      'archive_corrupt',
      `The file goes on after its end at byte ${chunkAt + appendedTo.length + TAG_BYTES}.`,
    );
  if (isFinal && stored.length < STORED_CHUNK_BYTES)
    return new AgeError(
      'archive_truncated',
      `The file ends at byte ${endsAt} with a chunk that is cut or changed.`,
    );
  if (isFinal && openChunk(key, index, stored, false))
    return new AgeError(
      'archive_truncated',
      `The file ends at byte ${endsAt}, and more chunks belong to it.`,
    );
  return new AgeError('archive_corrupt', `The chunk at byte ${chunkAt} was changed or is not in its place.`);
}

/** The final chunk that `stored` is when something short was appended to it. */
function finalWithin(key: KeyObject, index: number, stored: Buffer): Buffer | undefined {
  for (let appended = 1; appended <= Math.min(MAX_APPENDED_BYTES, stored.length); appended += 1) {
    const opened = openChunk(key, index, stored.subarray(0, -appended), true);
    if (opened) return opened;
  }
  return undefined;
}

/** 11 bytes of number, big-endian, and whether it is the final one. 2^48 chunks are more than there will be. */
function chunkNonce(index: number, isFinal: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(index, 5, 6);
  nonce.writeUInt8(isFinal ? 1 : 0, 11);
  return nonce;
}
