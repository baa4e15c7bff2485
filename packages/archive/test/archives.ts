import type { ArchiveTotals, Codec, ReadOptions } from '../src/index.ts';
import { packArchive, unpackArchive } from '../src/index.ts';
import type { Framing } from '../src/framing/framing.ts';
import { createTally } from '../src/tally.ts';
import { readBytes } from '../src/byte-reader.ts';
import { fullStore } from '../src/write/chunk-store.ts';
import { writeFramed } from '../src/write/write-framed.ts';
import { collect, inPieces } from './bytes.ts';

export const ARCHIVE_ID = '0198c0de-f00d-7000-8000-00000000cafe';
const LEVELS: Readonly<Record<Codec, number>> = { zstd: 3, gzip: 6, none: 0 };

export type Packed = { readonly file: Buffer; readonly totals: ArchiveTotals };

export async function pack(
  source: AsyncIterable<Uint8Array> | Uint8Array,
  codec: Codec,
  level = LEVELS[codec],
): Promise<Packed> {
  const pieces = source instanceof Uint8Array ? inPieces(source) : source;
  const archive = packArchive(pieces, { codec, level, archiveId: ARCHIVE_ID });
  const file = await collect(archive.bytes);
  return { file, totals: await archive.totals };
}

export async function unpack(
  file: AsyncIterable<Uint8Array> | Uint8Array,
  options?: ReadOptions,
): Promise<Buffer> {
  return collect(unpackArchive(file instanceof Uint8Array ? inPieces(file) : file, options).bytes);
}

/** An archive with short index segments: the real ones describe 256 MiB each. */
export function packShortSegments(
  raw: Uint8Array,
  framing: Framing,
  segmentEntries: number,
): Promise<Buffer> {
  const options = { archiveId: ARCHIVE_ID, concurrency: 2, segmentEntries };
  return collect(writeFramed(inPieces(raw), fullStore(framing, 3), options, createTally()));
}

/** One frame by a compressor of its own. */
export async function compressAlone(framing: Framing, chunk: Uint8Array, level: number): Promise<Buffer> {
  const compressor = framing.openCompressor(level);
  try {
    return await compressor.compress(chunk);
  } finally {
    compressor.close();
  }
}

export type FoundFrame = { readonly at: number; readonly stored: Buffer; readonly kind: 'chunk' | 'meta' };

export async function framesOf(file: Uint8Array, framing: Framing): Promise<FoundFrame[]> {
  const reader = readBytes(inPieces(file));
  const found: FoundFrame[] = [];
  for (;;) {
    const frame = await framing.readFrame(reader);
    if (!frame) return found;
    found.push({ at: frame.at, stored: frame.stored, kind: frame.payload ? 'meta' : 'chunk' });
  }
}
