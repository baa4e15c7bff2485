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
  const rolling = { hash: 0 };
  let before = 0; // bytes of the chunk in earlier pieces
  return (bytes, from) => {
    const start = from - before;
    const strictEnd = Math.min(bytes.length, start + SWITCH_BYTES);
    const looseEnd = Math.min(bytes.length, start + MAX_CHUNK_BYTES);
    const minimum = Math.max(from, start + MIN_CHUNK_BYTES); // no end can be before, so nothing is hashed there
    const end =
      scan(bytes, minimum, strictEnd, STRICT_MASK, rolling) ||
      scan(bytes, Math.max(minimum, strictEnd), looseEnd, LOOSE_MASK, rolling) ||
      (looseEnd === start + MAX_CHUNK_BYTES ? looseEnd : 0);
    before = end === 0 ? bytes.length - start : 0;
    if (end !== 0) rolling.hash = 0;
    return end;
  };
}

/** The same words as signed ones: sums of 32 bits then need no conversion. */
const WORDS = Int32Array.from(GEAR);

/**
 * The index after the first byte from `at` on at which the hash has no bit of `mask`; 0 when there is none before `end`.
 * A function of its own with nothing but its arguments: inside the cutter's closure it runs at a quarter of the speed.
 */
function scan(bytes: Uint8Array, at: number, end: number, mask: number, rolling: { hash: number }): number {
  const words = WORDS;
  let hash = rolling.hash;
  let next = at;
  while (next < end) {
    hash = ((hash << 1) + (words[bytes[next] as number] as number)) | 0; // both are within bounds by construction
    next += 1;
    if ((hash & mask) === 0) return next;
  }
  rolling.hash = hash;
  return 0;
}
