import { createHash, hash } from 'node:crypto';
import { ArchiveError } from '../archive-error.ts';
import type { ByteReader } from '../byte-reader.ts';
import { NO_FEATURES } from '../features.ts';
import { directoryPayload, isDirectory, type SegmentPlace } from '../format/directory.ts';
import { isFooter, parseFooter } from '../format/footer.ts';
import { parseHeader, type HeaderFields } from '../format/header.ts';
import {
  isSameEntry,
  isSegment,
  parseSegment,
  SEGMENT_ENTRIES,
  type OwnChunk,
} from '../format/index-segment.ts';
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
  if (header.kind !== 'full')
    throw new ArchiveError(
      'parent_missing',
      `The file holds only what is new since archive ${header.ancestors[0]?.archiveId}.`,
    );
  const meta = createHash('sha256').update(first.payload);
  tally.addStored(first.stored);
  onHeader(header);

  let unindexed: OwnChunk[] = [];
  const directory: SegmentPlace[] = [];
  let hasDirectory = false;
  let segments = 0;
  let previousAt = 0;
  let rawStart = 0;
  let storedStart = tally.storedBytes;
  let isComplete = false;

  const onSegment = (payload: Buffer, at: number): void => {
    const { head, entries } = parseSegment(payload);
    directory.push({ at, firstChunk: tally.chunks - unindexed.length });
    const agrees =
      head.segment === segments &&
      head.previousAt === previousAt &&
      head.rawStart === rawStart &&
      head.storedStart === storedStart &&
      (head.firstChunk === undefined || head.firstChunk === tally.chunks - unindexed.length) &&
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
    if (isComplete || (hasDirectory && !(payload && isFooter(payload))))
      throw new ArchiveError('archive_corrupt', `There is more after the end, at byte ${at}.`);
    if (chunk) {
      unindexed.push(wholeChunk(chunk.sha256, chunk.bytes.length, stored.length));
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
    } else if (payload && isDirectory(payload) && !hasDirectory) {
      if (unindexed.length > 0 || !directoryPayload(directory).equals(payload))
        throw new ArchiveError('archive_corrupt', 'The directory is not that of the index.');
      hasDirectory = true;
      meta.update(payload);
      tally.addStored(stored);
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

const wholeChunk = (sha256: Buffer, rawBytes: number, storedBytes: number): OwnChunk => ({
  kind: 'whole',
  sha256,
  rawBytes,
  storedBytes,
  features: NO_FEATURES, // what the index says of them is no part of the content
  depth: 0,
});
