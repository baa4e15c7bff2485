import { createHash } from 'node:crypto';
import { ArchiveError } from '../archive-error.ts';
import { readBytes } from '../byte-reader.ts';
import { directoryBytesBefore, parseDirectory, type SegmentPlace } from '../format/directory.ts';
import { FOOTER_PAYLOAD_BYTES, footerSha256, isFooter, parseFooter, type Footer } from '../format/footer.ts';
import { parseHeader, type HeaderFields } from '../format/header.ts';
import { chunksIn, parseSegment, type Segment } from '../format/index-segment.ts';
import { MAX_FRAME_BYTES, type Framing } from '../framing/framing.ts';
import { detect, DETECT_BYTES } from '../read/detect.ts';

/** Reads `length` bytes, fewer where the file ends. */
export type ReadLength = (start: number, length: number) => Promise<Buffer>;

/** What an archive says of itself, read from its two ends; segments of the index one by one. */
export type OpenIndex = {
  readonly framing: Framing;
  readonly header: HeaderFields;
  readonly footer: Footer;
  /** Identifies the archive, every byte of it. */
  readonly footerSha256: string;
  readonly segments: readonly SegmentPlace[];
  readSegment(index: number): Promise<Segment>;
  /** The segments in order; ends normally only when the index is the one that was written. */
  readAll(): AsyncIterable<Segment>;
};

/** More than any header or index segment of ours has. */
const MAX_META_BYTES = 65_700;

/** Header, directory and footer alone are read, whatever the size. A cut file is seen, a changed chunk is not. Throws ArchiveError. */
export async function openIndex(read: ReadLength, sizeBytes: number): Promise<OpenIndex> {
  const detected = detect(await read(0, DETECT_BYTES));
  if (detected.kind !== 'ours')
    throw new ArchiveError('archive_foreign', 'The file is not compressed and has no header of ours.');
  const { framing, preambleBytes } = detected;
  const headerPayload = await payloadAt(framing, read, preambleBytes);
  const header = parseHeader(headerPayload);
  const footerAt = sizeBytes - framing.overheadBytes - FOOTER_PAYLOAD_BYTES;
  const footerPayload = await readFooter(framing, read, footerAt);
  const footer = parseFooter(footerPayload);
  if (footer.archiveId !== header.archiveId || footer.bodyBytes !== footerAt)
    throw new ArchiveError('archive_corrupt', 'Header and footer are not of the same archive.');
  const readSegmentAt = async (at: number): Promise<{ payload: Buffer; segment: Segment }> => {
    const payload = await payloadAt(framing, read, at);
    return { payload, segment: parseSegment(payload) };
  };
  const directory = footer.segments === 0 ? undefined : await readDirectory(framing, read, footerAt);
  const segments = directory ? parseDirectory(directory) : await walkSegments(readSegmentAt, footer);
  if (segments.length !== footer.segments || (segments.at(-1)?.at ?? 0) !== footer.lastSegmentAt)
    throw new ArchiveError('archive_corrupt', 'The directory is not that of the index.');

  async function readSegment(index: number): Promise<Segment> {
    const place = segments[index];
    const { segment } = await readSegmentAt(place?.at ?? 0);
    if (
      !place ||
      segment.head.segment !== index ||
      (segment.head.firstChunk ?? place.firstChunk) !== place.firstChunk
    )
      throw new ArchiveError('archive_corrupt', `Segment ${index} of the index is not where it should be.`);
    return segment;
  }
  async function* readAll(): AsyncGenerator<Segment> {
    const meta = createHash('sha256').update(headerPayload);
    let chunks = 0;
    for (const { at } of segments) {
      const { payload, segment } = await readSegmentAt(at);
      meta.update(payload);
      for (const entry of segment.entries) chunks += chunksIn(entry);
      yield segment;
    }
    if (directory) meta.update(directory);
    if (meta.digest('hex') !== footer.metaSha256 || chunks !== footer.chunks)
      throw new ArchiveError('archive_corrupt', 'The index is not the one that was written.');
  }
  return {
    framing,
    header,
    footer,
    footerSha256: footerSha256(footerPayload),
    segments,
    readSegment,
    readAll,
  };
}

async function readFooter(framing: Framing, read: ReadLength, footerAt: number): Promise<Buffer> {
  const bytes =
    footerAt > 0 ? await read(footerAt, framing.overheadBytes + FOOTER_PAYLOAD_BYTES + 1) : Buffer.alloc(0);
  const payload = bytes.subarray(framing.payloadAt, framing.payloadAt + FOOTER_PAYLOAD_BYTES);
  if (!isFooter(payload) || !framing.wrap(payload).equals(bytes))
    throw new ArchiveError('archive_truncated', 'The file does not end with a footer.');
  return payload;
}

/** Undefined where the archive has none: it is older, or too large for one. */
async function readDirectory(
  framing: Framing,
  read: ReadLength,
  footerAt: number,
): Promise<Buffer | undefined> {
  const trailing = framing.overheadBytes - framing.payloadAt;
  const tail = await read(Math.max(0, footerAt - trailing - 12), Math.min(12, footerAt));
  const length = directoryBytesBefore(tail);
  if (length === undefined) return undefined;
  return payloadAt(framing, read, footerAt - framing.overheadBytes - length, framing.overheadBytes + length);
}

/** Each segment names the one before it, so they are found from the last to the first. */
async function walkSegments(
  readSegmentAt: (at: number) => Promise<{ readonly segment: Segment }>,
  footer: Footer,
): Promise<readonly SegmentPlace[]> {
  const found: { at: number; chunks: number }[] = [];
  for (let at = footer.lastSegmentAt; at !== 0;) {
    const { segment } = await readSegmentAt(at);
    found.push({ at, chunks: segment.entries.reduce((sum, entry) => sum + chunksIn(entry), 0) });
    if (segment.head.previousAt >= at || found.length > footer.segments)
      throw new ArchiveError('archive_corrupt', `The index at byte ${at} leads nowhere.`);
    at = segment.head.previousAt;
  }
  let firstChunk = 0;
  return found.toReversed().map(({ at, chunks }) => {
    firstChunk += chunks;
    return { at, firstChunk: firstChunk - chunks };
  });
}

async function payloadAt(
  framing: Framing,
  read: ReadLength,
  at: number,
  frameBytes = MAX_META_BYTES,
): Promise<Buffer> {
  if (at < 0 || frameBytes > MAX_FRAME_BYTES)
    throw new ArchiveError('archive_corrupt', 'A part of the index is longer than any of ours.');
  const bytes = await read(at, frameBytes);
  const piece = (async function* () {
    yield bytes;
  })();
  const payload = (await framing.readFrame(readBytes(piece)))?.payload;
  if (!payload)
    throw new ArchiveError('archive_corrupt', `At byte ${at} there is a chunk where the index should be.`);
  return payload;
}
