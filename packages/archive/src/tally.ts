import { createHash, hash } from 'node:crypto';
import type { ArchiveTotals } from './archive.ts';
import { createCutter } from './gear.ts';

/** What is known of an archive while it is written or read. */
export type Tally = {
  readonly rawBytes: number;
  readonly storedBytes: number;
  readonly chunks: number;
  addChunk(sha256: Uint8Array, rawBytes: number): void;
  addStored(bytes: Uint8Array): void;
  /** Of what was added so far. */
  rawSha256(): string;
  storedSha256(): string;
  totals(): ArchiveTotals;
};

export function createTally(): Tally {
  const raw = createHash('sha256');
  const stored = createHash('sha256');
  let rawBytes = 0;
  let storedBytes = 0;
  let chunks = 0;
  const rawSha256 = (): string => raw.copy().digest('hex');
  const storedSha256 = (): string => stored.copy().digest('hex');
  return {
    get rawBytes() {
      return rawBytes;
    },
    get storedBytes() {
      return storedBytes;
    },
    get chunks() {
      return chunks;
    },
    addChunk: (sha256, length) => {
      raw.update(sha256);
      rawBytes += length;
      chunks += 1;
    },
    addStored: (bytes) => {
      stored.update(bytes);
      storedBytes += bytes.length;
    },
    rawSha256,
    storedSha256,
    totals: () => ({ rawBytes, storedBytes, rawSha256: rawSha256(), sha256: storedSha256(), chunks }),
  };
}

/** Passes a raw stream through as it is, and adds the chunks that an archive of it would have. */
export async function* tallyRaw(source: AsyncIterable<Uint8Array>, tally: Tally): AsyncGenerator<Uint8Array> {
  const { findEnd } = createCutter();
  let chunk = createHash('sha256');
  let length = 0;
  for await (const piece of source) {
    for (let from = 0; from < piece.length;) {
      const end = findEnd(piece, from);
      const part = piece.subarray(from, end || piece.length);
      const isWhole = length === 0 && end !== 0;
      length += part.length;
      from += part.length;
      if (!isWhole) chunk.update(part);
      if (end === 0) continue;
      tally.addChunk(isWhole ? hash('sha256', part, 'buffer') : chunk.digest(), length);
      if (!isWhole) chunk = createHash('sha256');
      length = 0;
    }
    if (piece.length > 0) yield piece;
  }
  if (length > 0) tally.addChunk(chunk.digest(), length);
}
