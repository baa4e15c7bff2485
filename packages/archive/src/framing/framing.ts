import type { ByteReader } from '../byte-reader.ts';
import { MAX_CHUNK_BYTES } from '../gear.ts';

/** Either a chunk, compressed, or something of ours that decoders pass over. */
export type Frame = {
  /** Where it begins in the file. */
  readonly at: number;
  /** All its bytes. */
  readonly stored: Buffer;
  /** Header, index segment or footer; undefined for a chunk. */
  readonly payload: Buffer | undefined;
};

/** Makes frames of chunks, on the thread pool; as many at a time as are asked for. */
export type Compressor = {
  /** One frame that decodes to `chunk`: the same for the same chunk. */
  compress(chunk: Uint8Array): Promise<Buffer>;
  /** Gives back what is held. What is under way fails. Idempotent. */
  close(): void;
};

/**
 * How header, chunks, index and footer become a file of a standard format. The format of the payloads is the same in all
 * of them.
 */
export interface Framing {
  readonly codec: 'zstd' | 'gzip';
  readonly maxLevel: number;
  /** Where a wrapped payload begins in its frame. */
  readonly payloadAt: number;
  /** What `wrap` adds to a payload. */
  readonly overheadBytes: number;
  /** The most that a payload may have. */
  readonly maxPayloadBytes: number;
  /** A frame that carries `payload` and decodes to nothing. */
  wrap(payload: Buffer): Buffer;
  openCompressor(level: number): Compressor;
  /** What `stored` decodes to, on the thread pool; never more than a chunk may have. */
  decompress(stored: Buffer): Promise<Buffer>;
  /** The next frame, undefined at the end of the stream. Throws archive_truncated, archive_corrupt. */
  readFrame(reader: ByteReader): Promise<Frame | undefined>;
}

/** What cannot be compressed grows a little; a frame that is larger than this is not ours. */
export const MAX_FRAME_BYTES = MAX_CHUNK_BYTES + 4096;
