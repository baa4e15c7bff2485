import { createHash } from 'node:crypto';

/** 256 pseudo-random words, the same for ever: word i = first 4 bytes, little-endian, of sha256("holdfast gear " + i). */
export const GEAR: Uint32Array = Uint32Array.from({ length: 256 }, (_, index) =>
  createHash('sha256').update(`holdfast gear ${index}`).digest().readUInt32LE(0),
);

export const MIN_CHUNK_BYTES = 64 * 1024;
export const MAX_CHUNK_BYTES = 1024 * 1024;
/** Up to here a cut is unlikely (20 bits must be 0), then likely (16 bits): the average comes out at 256 KiB. */
export const SWITCH_BYTES = 208 * 1024;
const STRICT_MASK = 0xfffff000 | 0;
const LOOSE_MASK = 0xffff0000 | 0;

/** Looks for the end of a chunk in `bytes` from `from` on: the index after its last byte, or 0 when it goes on. */
export type Cutter = (bytes: Uint8Array, from: number) => number;

/** A cutter remembers the chunk that it is in from piece to piece, and begins a new one after each end it found. */
export function createCutter(): Cutter {
  let before = 0; // bytes of the chunk in earlier pieces
  let hash = 0;
  return (bytes, from) => {
    const start = from - before;
    const end = bytes.length;
    let at = Math.max(from, start + MIN_CHUNK_BYTES); // no cut can be there, so nothing is hashed either
    let h = hash;
    const strictEnd = Math.min(end, start + SWITCH_BYTES);
    while (at < strictEnd) {
      h = ((h << 1) + (GEAR[bytes[at] as number] as number)) | 0; // both are within bounds by construction
      at += 1;
      if ((h & STRICT_MASK) === 0) return found(at);
    }
    const looseEnd = Math.min(end, start + MAX_CHUNK_BYTES);
    while (at < looseEnd) {
      h = ((h << 1) + (GEAR[bytes[at] as number] as number)) | 0; // both are within bounds by construction
      at += 1;
      if ((h & LOOSE_MASK) === 0) return found(at);
    }
    if (start + MAX_CHUNK_BYTES <= end) return found(start + MAX_CHUNK_BYTES);
    before = end - start;
    hash = h;
    return 0;
  };

  function found(at: number): number {
    before = 0;
    hash = 0;
    return at;
  }
}
