import { createHash, hash } from 'node:crypto';
import { cutChunks } from '../cut-chunks.ts';
import { footerPayload } from '../format/footer.ts';
import { headerPayload } from '../format/header.ts';
import { segmentPayload, SEGMENT_ENTRIES, type IndexEntry } from '../format/index-segment.ts';
import type { Framing } from '../framing/framing.ts';
import { mapInOrder } from '../map-in-order.ts';
import type { Tally } from '../tally.ts';

export type FramedOptions = {
  readonly level: number;
  readonly archiveId: string;
  readonly concurrency: number;
  /** Chunks that one index segment describes [1,024]; less only in tests. */
  readonly segmentEntries?: number;
};

/**
 * header · (chunks · index segment)* · footer. What runs on the main thread is the search for chunk ends, their hash and
 * the hash of what is stored; compression runs on the pool.
 */
export async function* writeFramed(
  source: AsyncIterable<Uint8Array>,
  framing: Framing,
  options: FramedOptions,
  tally: Tally,
): AsyncGenerator<Uint8Array> {
  const { archiveId, level, concurrency, segmentEntries = SEGMENT_ENTRIES } = options;
  const meta = createHash('sha256');
  let entries: IndexEntry[] = [];
  let segments = 0;
  let previousAt = 0;
  let rawStart = 0;
  let storedStart = 0;

  const stored = (frame: Uint8Array): Uint8Array => {
    tally.addStored(frame);
    return frame;
  };
  const wrapped = (payload: Buffer): Uint8Array => {
    meta.update(payload);
    return stored(framing.wrap(payload));
  };
  const segment = (): Uint8Array => {
    const at = tally.storedBytes;
    const frame = wrapped(segmentPayload({ segment: segments, previousAt, rawStart, storedStart }, entries));
    segments += 1;
    previousAt = at;
    rawStart = tally.rawBytes;
    storedStart = tally.storedBytes;
    entries = [];
    return frame;
  };

  yield wrapped(headerPayload(archiveId));
  storedStart = tally.storedBytes;
  // Results may wait for the writer while others are compressed; each holds at most 2 MiB.
  const bounds = { concurrency, depth: concurrency * 3 };
  const frames = mapInOrder(cutChunks(source), bounds, async (chunk) => {
    const sha256 = hash('sha256', chunk.bytes, 'buffer');
    const rawBytes = chunk.bytes.length;
    const frame = await framing.compress(chunk.bytes, level);
    chunk.release();
    return { sha256, rawBytes, frame };
  });
  for await (const { sha256, rawBytes, frame } of frames) {
    entries.push({ sha256, rawBytes, storedBytes: frame.length });
    tally.addChunk(sha256, rawBytes);
    yield stored(frame);
    if (entries.length === segmentEntries) yield segment();
  }
  if (entries.length > 0) yield segment();
  const footer = footerPayload({
    archiveId,
    segments,
    chunks: tally.chunks,
    rawBytes: tally.rawBytes,
    bodyBytes: tally.storedBytes,
    lastSegmentAt: previousAt,
    rawSha256: tally.rawSha256(),
    metaSha256: meta.digest('hex'),
    bodySha256: tally.storedSha256(),
  });
  yield stored(framing.wrap(footer));
}
