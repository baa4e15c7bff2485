import { createHash } from 'node:crypto';
import { addSample, newMaxima, takeFeatures, type Features, type Maxima } from './features.ts';

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

/**
 * Where the upper 6 bits are 0 the hash is looked at more closely: one byte in 64. Both masks above contain them, so the
 * features cost the scan nothing.
 */
const SAMPLE_MASK = 0xfc000000 | 0;

export type Cutter = {
  /** Looks for the end of a chunk in `bytes` from `from` on: the index after its last byte, or 0 when it goes on. */
  findEnd(bytes: Uint8Array, from: number): number;
  /** Of the chunk that ended last, or that goes on. Each chunk's are given once. */
  takeFeatures(): Features;
};

/** A cutter remembers the chunk that it is in from piece to piece, and begins a new one after each end it found. */
export function createCutter(): Cutter {
  const maxima = newMaxima();
  const rolling = { hash: 0 };
  let before = 0; // bytes of the chunk in earlier pieces
  return {
    findEnd: (bytes, from) => {
      const start = from - before;
      const strictEnd = Math.min(bytes.length, start + SWITCH_BYTES);
      const looseEnd = Math.min(bytes.length, start + MAX_CHUNK_BYTES);
      const minimum = Math.max(from, start + MIN_CHUNK_BYTES); // no end can be before, so nothing is hashed there
      const end =
        scan(bytes, minimum, strictEnd, STRICT_MASK, rolling, maxima) ||
        scan(bytes, Math.max(minimum, strictEnd), looseEnd, LOOSE_MASK, rolling, maxima) ||
        (looseEnd === start + MAX_CHUNK_BYTES ? looseEnd : 0);
      before = end === 0 ? bytes.length - start : 0;
      if (end !== 0) rolling.hash = 0;
      return end;
    },
    takeFeatures: () => takeFeatures(maxima),
  };
}

/** The same words as signed ones: sums of 32 bits then need no conversion. */
const WORDS = Int32Array.from(GEAR);

/**
 * The index after the first byte from `at` on at which the hash has no bit of `mask`; 0 when there is none before `end`.
 * Eight bytes a turn: that makes it too long to be inlined into the cutter, where V8's quick compiler would keep it at a
 * quarter of the speed.
 */
function scan(
  bytes: Uint8Array,
  at: number,
  end: number,
  mask: number,
  rolling: { hash: number },
  maxima: Maxima,
): number {
  const words = WORDS;
  let hash = rolling.hash;
  let next = at;
  // Every index is within bounds by construction.
  for (const lastTurn = end - 8; next <= lastTurn; next += 8) {
    hash = ((hash << 1) + (words[bytes[next] as number] as number)) | 0;
    if ((hash & SAMPLE_MASK) === 0) {
      addSample(maxima, hash);
      if ((hash & mask) === 0) return next + 1;
    }
    hash = ((hash << 1) + (words[bytes[next + 1] as number] as number)) | 0;
    if ((hash & SAMPLE_MASK) === 0) {
      addSample(maxima, hash);
      if ((hash & mask) === 0) return next + 2;
    }
    hash = ((hash << 1) + (words[bytes[next + 2] as number] as number)) | 0;
    if ((hash & SAMPLE_MASK) === 0) {
      addSample(maxima, hash);
      if ((hash & mask) === 0) return next + 3;
    }
    hash = ((hash << 1) + (words[bytes[next + 3] as number] as number)) | 0;
    if ((hash & SAMPLE_MASK) === 0) {
      addSample(maxima, hash);
      if ((hash & mask) === 0) return next + 4;
    }
    hash = ((hash << 1) + (words[bytes[next + 4] as number] as number)) | 0;
    if ((hash & SAMPLE_MASK) === 0) {
      addSample(maxima, hash);
      if ((hash & mask) === 0) return next + 5;
    }
    hash = ((hash << 1) + (words[bytes[next + 5] as number] as number)) | 0;
    if ((hash & SAMPLE_MASK) === 0) {
      addSample(maxima, hash);
      if ((hash & mask) === 0) return next + 6;
    }
    hash = ((hash << 1) + (words[bytes[next + 6] as number] as number)) | 0;
    if ((hash & SAMPLE_MASK) === 0) {
      addSample(maxima, hash);
      if ((hash & mask) === 0) return next + 7;
    }
    hash = ((hash << 1) + (words[bytes[next + 7] as number] as number)) | 0;
    if ((hash & SAMPLE_MASK) === 0) {
      addSample(maxima, hash);
      if ((hash & mask) === 0) return next + 8;
    }
  }
  for (; next < end; next += 1) {
    hash = ((hash << 1) + (words[bytes[next] as number] as number)) | 0;
    if ((hash & SAMPLE_MASK) === 0) {
      addSample(maxima, hash);
      if ((hash & mask) === 0) return next + 1;
    }
  }
  rolling.hash = hash;
  return 0;
}
