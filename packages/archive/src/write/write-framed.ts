import { createHash } from 'node:crypto';
import type { ArchiveObserver } from '../archive.ts';
import { cutChunks } from '../cut-chunks.ts';
import { directoryPayload, MAX_DIRECTORY_SEGMENTS, type SegmentPlace } from '../format/directory.ts';
import { footerPayload, footerSha256 } from '../format/footer.ts';
import { headerPayload } from '../format/header.ts';
import { SEGMENT_ENTRIES } from '../format/index-segment.ts';
import { mapInOrder } from '../map-in-order.ts';
import type { Tally } from '../tally.ts';
import type { ChunkStore } from './chunk-store.ts';
import { createSegmentBuilder } from './segment-builder.ts';

export type FramedOptions = {
  readonly archiveId: string;
  readonly concurrency: number;
  /** Entries of one index segment [1,024]; less only in tests. */
  readonly segmentEntries?: number;
  readonly observer?: ArchiveObserver;
};

/**
 * header · (chunks · index segment)* · directory · footer. What runs on the main thread is the search for chunk ends, their
 * hash and the hash of what is stored; compression runs on the pool.
 */
export async function* writeFramed(
  source: AsyncIterable<Uint8Array>,
  { kind, ancestors, preamble, framing, store, close }: ChunkStore,
  options: FramedOptions,
  tally: Tally,
): AsyncGenerator<Uint8Array> {
  const { archiveId, concurrency, segmentEntries = SEGMENT_ENTRIES, observer } = options;
  const meta = createHash('sha256');
  const places: SegmentPlace[] = [];

  const stored = (frame: Uint8Array): Uint8Array => {
    tally.addStored(frame);
    return frame;
  };
  const wrapped = (payload: Buffer): Uint8Array => {
    meta.update(payload);
    return stored(framing.wrap(payload));
  };

  if (preamble.length > 0) yield stored(preamble);
  yield wrapped(headerPayload(archiveId, kind, ancestors));
  let segment = createSegmentBuilder(tally);
  const endSegment = (): Uint8Array => {
    const place = { at: tally.storedBytes, firstChunk: segment.firstChunk };
    const frame = wrapped(segment.payload(places.length, places.at(-1)?.at ?? 0));
    places.push(place);
    segment = createSegmentBuilder(tally);
    return frame;
  };
  // Results may wait for the writer while others are compressed; each holds at most 2 MiB.
  const bounds = { concurrency, depth: concurrency * 3 };
  const chunks = mapInOrder(cutChunks(source), bounds, async (chunk) => {
    const kept = await store(chunk);
    chunk.release();
    return kept;
  });
  try {
    for await (const chunk of chunks) {
      segment.add(chunk);
      tally.addChunk(chunk.sha256, chunk.rawBytes);
      await observer?.chunk(chunk.sha256, chunk.rawBytes);
      if (chunk.parentOrdinal === undefined) yield stored(chunk.frame);
      if (segment.entries === segmentEntries) yield endSegment();
    }
  } finally {
    close();
  }
  if (segment.entries > 0) yield endSegment();
  const maxSegments = Math.min(MAX_DIRECTORY_SEGMENTS, Math.floor((framing.maxPayloadBytes - 24) / 16));
  const lastSegmentAt = places.at(-1)?.at ?? 0;
  if (places.length > 0 && places.length <= maxSegments) yield wrapped(directoryPayload(places));
  const footer = footerPayload({
    archiveId,
    segments: places.length,
    chunks: tally.chunks,
    rawBytes: tally.rawBytes,
    bodyBytes: tally.storedBytes,
    lastSegmentAt,
    rawSha256: tally.rawSha256(),
    metaSha256: meta.digest('hex'),
    bodySha256: tally.storedSha256(),
  });
  yield stored(framing.wrap(footer));
  await observer?.end([{ archiveId, footerSha256: footerSha256(footer) }, ...ancestors]);
}
