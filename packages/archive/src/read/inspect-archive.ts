import { createHash } from 'node:crypto';
import type { ArchiveHeader, ArchiveTotals, ChunkPlace } from '../archive.ts';
import { ArchiveError } from '../archive-error.ts';
import { readBytes } from '../byte-reader.ts';
import { FOOTER_PAYLOAD_BYTES, isFooter, parseFooter, type Footer } from '../format/footer.ts';
import { parseHeader } from '../format/header.ts';
import { parseSegment, type Segment } from '../format/index-segment.ts';
import type { Framing } from '../framing/framing.ts';
import { detect, DETECT_BYTES } from './detect.ts';

/** Reads bytes of the file: all that are asked for, none more. */
export type ReadRange = (start: number, endExclusive: number) => Promise<Uint8Array>;

export type Inspected = {
  readonly header: ArchiveHeader;
  /** Without `sha256`: no file can hold its own. */
  readonly totals: Omit<ArchiveTotals, 'sha256'>;
  /** Where the chunks are, in order, read from the index; ends normally only when the index is the one written. */
  chunks(): AsyncIterable<ChunkPlace>;
};

/** More than any header or index segment of ours has. */
const MAX_META_BYTES = 65_536;

/**
 * What an archive says of itself: header and footer alone are read, whatever its size. A cut file is seen, a changed chunk
 * is not. Throws ArchiveError; a file without compression has nothing to inspect (archive_foreign).
 */
export async function inspectArchive(readRange: ReadRange, sizeBytes: number): Promise<Inspected> {
  const read = async (start: number, length: number): Promise<Buffer> => {
    const { buffer, byteOffset, byteLength } = await readRange(start, Math.min(start + length, sizeBytes));
    return Buffer.from(buffer, byteOffset, byteLength);
  };
  const detected = detect(await read(0, DETECT_BYTES));
  if (detected.kind !== 'ours')
    throw new ArchiveError('archive_foreign', 'The file is not compressed and has no header of ours.');
  const { framing } = detected;
  const headerFrame = await payloadAt(framing, await read(0, MAX_META_BYTES), 0);
  const header = parseHeader(headerFrame.payload);
  const footerAt = sizeBytes - framing.overheadBytes - FOOTER_PAYLOAD_BYTES;
  const footer = await readFooter(framing, read, footerAt);
  if (footer.archiveId !== header.archiveId || footer.bodyBytes !== footerAt)
    throw new ArchiveError('archive_corrupt', 'Header and footer are not of the same archive.');
  const { rawBytes, rawSha256, chunks } = footer;
  return {
    header: { codec: framing.codec, ...header },
    totals: { rawBytes, storedBytes: sizeBytes, rawSha256, chunks },
    chunks: () => readIndex(framing, read, headerFrame.payload, footer),
  };
}

async function readFooter(framing: Framing, read: ReadLength, footerAt: number): Promise<Footer> {
  const bytes = footerAt > 0 ? await read(footerAt, MAX_META_BYTES) : Buffer.alloc(0);
  const frame = framing.wrap(bytes.subarray(framing.payloadAt, framing.payloadAt + FOOTER_PAYLOAD_BYTES));
  if (!frame.equals(bytes) || !isFooter(bytes.subarray(framing.payloadAt)))
    throw new ArchiveError('archive_truncated', 'The file does not end with a footer.');
  return parseFooter(bytes.subarray(framing.payloadAt, framing.payloadAt + FOOTER_PAYLOAD_BYTES));
}

type ReadLength = (start: number, length: number) => Promise<Buffer>;

async function* readIndex(
  framing: Framing,
  read: ReadLength,
  header: Buffer,
  footer: Footer,
): AsyncGenerator<ChunkPlace> {
  const meta = createHash('sha256').update(header);
  const positions = await segmentPositions(framing, read, footer);
  let chunks = 0;
  for (const at of positions) {
    const { payload, segment } = await segmentAt(framing, read, at);
    meta.update(payload);
    let { rawStart, storedStart } = segment.head;
    for (const { sha256, rawBytes, storedBytes } of segment.entries) {
      yield { rawStart, rawBytes, storedStart, storedBytes, sha256: Buffer.from(sha256).toString('hex') };
      rawStart += rawBytes;
      storedStart += storedBytes;
      chunks += 1;
    }
  }
  if (meta.digest('hex') !== footer.metaSha256 || chunks !== footer.chunks)
    throw new ArchiveError('archive_corrupt', 'The index is not the one that was written.');
}

/** Each segment names the one before it, so they are found from the last to the first. One number per 256 MiB. */
async function segmentPositions(
  framing: Framing,
  read: ReadLength,
  footer: Footer,
): Promise<readonly number[]> {
  const positions: number[] = [];
  let at = footer.lastSegmentAt;
  while (at !== 0) {
    const { segment } = await segmentAt(framing, read, at);
    positions.push(at);
    if (segment.head.previousAt >= at || positions.length > footer.segments)
      throw new ArchiveError('archive_corrupt', `The index at byte ${at} leads nowhere.`);
    at = segment.head.previousAt;
  }
  return positions.toReversed();
}

async function segmentAt(
  framing: Framing,
  read: ReadLength,
  at: number,
): Promise<{ readonly payload: Buffer; readonly segment: Segment }> {
  const { payload } = await payloadAt(framing, await read(at, MAX_META_BYTES), at);
  return { payload, segment: parseSegment(payload) };
}

async function payloadAt(framing: Framing, bytes: Buffer, at: number): Promise<{ readonly payload: Buffer }> {
  const piece = (async function* () {
    yield bytes;
  })();
  const payload = (await framing.readFrame(readBytes(piece)))?.payload;
  if (!payload)
    throw new ArchiveError('archive_corrupt', `At byte ${at} there is a chunk where the index should be.`);
  return { payload };
}
