import { createHash, hash } from 'node:crypto';
import { promisify } from 'node:util';
import { constants, zstdCompress } from 'node:zlib';
import type { WriteOptions } from './archive.ts';
import { cutChunks } from './cut-chunks.ts';
import {
  footerPayload,
  headerPayload,
  indexPayload,
  SEGMENT_ENTRIES,
  skippable,
  type IndexEntry,
} from './frames.ts';
import { mapInOrder } from './map-in-order.ts';

const compress = promisify(zstdCompress);

export type Counted = { rawBytes: number; chunks: number; rawSha256: string };

/**
 * header · (chunk frames · index segment)* · footer. Chunks are compressed one-shot on libuv's pool: streaming with
 * zstd's own workers loses data in current Node.
 */
export async function* packZstd(
  source: AsyncIterable<Uint8Array>,
  options: WriteOptions,
  depth: number,
  counted: Counted,
): AsyncGenerator<Uint8Array> {
  const parameters = {
    [constants.ZSTD_c_compressionLevel]: options.level,
    [constants.ZSTD_c_checksumFlag]: 1,
    [constants.ZSTD_c_contentSizeFlag]: 1,
  };
  const raw = createHash('sha256');
  const meta = createHash('sha256');
  let position = 0;
  let segments = 0;
  let lastSegmentAt = 0;
  let entries: IndexEntry[] = [];
  const placed = (bytes: Uint8Array): Uint8Array => {
    position += bytes.length;
    return bytes;
  };
  const metaFrame = (payload: Buffer): Uint8Array => {
    meta.update(payload);
    return placed(skippable(payload));
  };
  const segmentFrame = (): Uint8Array => {
    const at = position;
    const frame = metaFrame(indexPayload(segments, lastSegmentAt, entries));
    lastSegmentAt = at;
    segments += 1;
    entries = [];
    return frame;
  };

  yield metaFrame(headerPayload(options.archiveId));
  const frames = mapInOrder(cutChunks(source), depth, async (chunk) => {
    const sha256 = hash('sha256', chunk.bytes, 'buffer');
    const rawBytes = chunk.bytes.length;
    const frame = await compress(chunk.bytes, { params: parameters });
    chunk.release();
    return { sha256, rawBytes, frame };
  });
  for await (const { sha256, rawBytes, frame } of frames) {
    raw.update(sha256);
    counted.rawBytes += rawBytes;
    counted.chunks += 1;
    entries.push({ sha256, rawBytes, storedBytes: frame.length });
    yield placed(frame);
    if (entries.length === SEGMENT_ENTRIES) yield segmentFrame();
  }
  if (entries.length > 0) yield segmentFrame();
  counted.rawSha256 = raw.digest('hex');
  const { rawBytes, chunks, rawSha256 } = counted;
  yield placed(
    skippable(
      footerPayload({ segments, chunks, rawBytes, lastSegmentAt, rawSha256, metaSha256: meta.digest('hex') }),
    ),
  );
}
