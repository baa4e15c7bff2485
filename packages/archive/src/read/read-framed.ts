import { createHash, hash } from 'node:crypto';
import { ArchiveError } from '../archive-error.ts';
import type { ByteReader } from '../byte-reader.ts';
import { isFooter, parseFooter } from '../format/footer.ts';
import { parseHeader, type HeaderFields } from '../format/header.ts';
import { isSegment, parseSegment, SEGMENT_ENTRIES, type IndexEntry } from '../format/index-segment.ts';
import type { Frame, Framing } from '../framing/framing.ts';
import { mapInOrder, type Bounds } from '../map-in-order.ts';
import type { Tally } from '../tally.ts';

type Decoded = {
  readonly frame: Frame;
  readonly chunk?: { readonly bytes: Buffer; readonly sha256: Buffer };
};

/**
 * The chunks of an archive of ours, each as soon as its own checksum holds. Ends normally only after a footer that agrees
 * with every byte before it and has none after it.
 */
export async function* readFramed(
  reader: ByteReader,
  framing: Framing,
  bounds: Bounds,
  tally: Tally,
  onHeader: (header: HeaderFields) => void,
): AsyncGenerator<Uint8Array> {
  const first = await framing.readFrame(reader);
  if (!first?.payload) throw new ArchiveError('archive_foreign', 'The file does not begin with our header.');
  const header = parseHeader(first.payload);
  const meta = createHash('sha256').update(first.payload);
  tally.addStored(first.stored);
  onHeader(header);

  let unindexed: IndexEntry[] = [];
  let segments = 0;
  let previousAt = 0;
  let rawStart = 0;
  let storedStart = tally.storedBytes;
  let isComplete = false;

  const onSegment = (payload: Buffer, at: number): void => {
    const { head, entries } = parseSegment(payload);
    const agrees =
      head.segment === segments &&
      head.previousAt === previousAt &&
      head.rawStart === rawStart &&
      head.storedStart === storedStart &&
      entries.length === unindexed.length &&
      entries.every((entry, index) => isSameEntry(entry, unindexed[index]));
    if (!agrees)
      throw new ArchiveError(
        'archive_corrupt',
        `The index at byte ${at} does not describe the chunks before it.`,
      );
    segments += 1;
    previousAt = at;
    unindexed = [];
  };
  const onFooter = (payload: Buffer, at: number): void => {
    const footer = parseFooter(payload);
    const agrees =
      unindexed.length === 0 &&
      footer.archiveId === header.archiveId &&
      footer.segments === segments &&
      footer.lastSegmentAt === previousAt &&
      footer.bodyBytes === at &&
      footer.chunks === tally.chunks &&
      footer.rawBytes === tally.rawBytes &&
      footer.rawSha256 === tally.rawSha256() &&
      footer.metaSha256 === meta.digest('hex') &&
      footer.bodySha256 === tally.storedSha256();
    if (!agrees)
      throw new ArchiveError('archive_corrupt', 'The footer does not agree with what is before it.');
    isComplete = true;
  };

  for await (const { frame, chunk } of mapInOrder(frames(reader, framing), bounds, decoder(framing))) {
    const { at, stored, payload } = frame;
    if (isComplete)
      throw new ArchiveError('archive_corrupt', `There is more after the footer, at byte ${at}.`);
    if (chunk) {
      unindexed.push({ sha256: chunk.sha256, rawBytes: chunk.bytes.length, storedBytes: stored.length });
      if (unindexed.length > SEGMENT_ENTRIES)
        throw new ArchiveError('archive_corrupt', `An index is missing before byte ${at}.`);
      tally.addChunk(chunk.sha256, chunk.bytes.length);
      tally.addStored(stored);
      yield chunk.bytes;
    } else if (payload && isSegment(payload)) {
      onSegment(payload, at);
      meta.update(payload);
      tally.addStored(stored);
      rawStart = tally.rawBytes;
      storedStart = tally.storedBytes;
    } else if (payload && isFooter(payload)) {
      onFooter(payload, at);
      tally.addStored(stored);
    } else {
      throw new ArchiveError('archive_corrupt', `What stands at byte ${at} is of no kind that we write.`);
    }
  }
  if (!isComplete)
    throw new ArchiveError(
      'archive_truncated',
      `The archive ends at byte ${reader.position} without its footer.`,
    );
}

async function* frames(reader: ByteReader, framing: Framing): AsyncGenerator<Frame> {
  for (;;) {
    const frame = await framing.readFrame(reader);
    if (!frame) return;
    yield frame;
  }
}

function decoder(framing: Framing): (frame: Frame) => Promise<Decoded> {
  return async (frame) => {
    if (frame.payload) return { frame };
    const bytes = await framing.decompress(frame.stored).catch((cause: unknown) => {
      throw new ArchiveError('archive_corrupt', `The chunk at byte ${frame.at} cannot be decoded.`, {
        cause,
      });
    });
    return { frame, chunk: { bytes, sha256: hash('sha256', bytes, 'buffer') } };
  };
}

const isSameEntry = (a: IndexEntry, b: IndexEntry | undefined): boolean =>
  b !== undefined &&
  a.rawBytes === b.rawBytes &&
  a.storedBytes === b.storedBytes &&
  Buffer.compare(a.sha256, b.sha256) === 0;
