import { createHash } from 'node:crypto';

/** 256 pseudo-random words, the same for ever: word i = first 4 bytes, little-endian, of sha256("holdfast gear " + i). */
export const GEAR: Uint32Array = Uint32Array.from({ length: 256 }, (_, index) =>
  createHash('sha256').update(`holdfast gear ${index}`).digest().readUInt32LE(0),
);

export const MIN_CHUNK_BYTES = 64 * 1024;
export const NORMAL_CHUNK_BYTES = 256 * 1024;
export const MAX_CHUNK_BYTES = 1024 * 1024;

/** Before the normal size a cut is unlikely (20 bits must be 0), after it likely (16 bits): sizes gather around normal. */
const STRICT_MASK = 0xfffff000 | 0;
const LOOSE_MASK = 0xffff0000 | 0;

/**
 * Looks for the end of the chunk that `buffer` begins with, from `from` on, knowing `hash` of what came before.
 * Answers the chunk's length, or 0 with the hash to go on with when more bytes are needed.
 */
export function findCut(
  buffer: Uint8Array,
  from: number,
  length: number,
  hash: number,
): { cut: number; hash: number } {
  let at = Math.max(from, MIN_CHUNK_BYTES);
  let h = hash | 0;
  const strictEnd = Math.min(length, NORMAL_CHUNK_BYTES);
  while (at < strictEnd) {
    h = ((h << 1) + (GEAR[buffer[at] as number] as number)) | 0; // both are within bounds by construction
    at += 1;
    if ((h & STRICT_MASK) === 0) return { cut: at, hash: 0 };
  }
  const looseEnd = Math.min(length, MAX_CHUNK_BYTES);
  while (at < looseEnd) {
    h = ((h << 1) + (GEAR[buffer[at] as number] as number)) | 0; // both are within bounds by construction
    at += 1;
    if ((h & LOOSE_MASK) === 0) return { cut: at, hash: 0 };
  }
  return at >= MAX_CHUNK_BYTES ? { cut: MAX_CHUNK_BYTES, hash: 0 } : { cut: 0, hash: h };
}
