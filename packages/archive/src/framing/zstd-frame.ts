import { ArchiveError } from '../archive-error.ts';
import type { ByteReader } from '../byte-reader.ts';
import { MAX_CHUNK_BYTES } from '../gear.ts';
import { MAX_FRAME_BYTES } from './framing.ts';

export const ZSTD_MAGIC = 0xfd2fb528;
/** Magic and descriptor. */
const FIXED_BYTES = 5;
/** A window of 8 MiB is the most that a decoder must support; ours are never larger. */
const MAX_WINDOW_LOG = 23;
const RLE = 1;
const RESERVED = 3;

export type ZstdFrameHeader = {
  /** From the magic to the first block. */
  readonly headerBytes: number;
  readonly hasChecksum: boolean;
  /** Of the content; undefined when the header does not say. */
  readonly contentBytes: number | undefined;
  readonly windowLog: number;
};

/** How many bytes a frame's header has, from its descriptor (RFC 8878, 3.1.1.1). */
export function zstdHeaderBytes(descriptor: number): number {
  const sizeFlag = descriptor >> 6;
  const singleSegment = (descriptor & 0x20) !== 0;
  const contentSize = sizeFlag === 0 ? (singleSegment ? 1 : 0) : 1 << sizeFlag;
  const dictionaryId = [0, 1, 2, 4][descriptor & 3] ?? 0;
  return FIXED_BYTES + (singleSegment ? 0 : 1) + dictionaryId + contentSize;
}

/** Reads a frame's header; `bytes` has all of it. */
export function parseZstdHeader(bytes: Buffer): ZstdFrameHeader {
  const descriptor = bytes.readUInt8(4);
  const headerBytes = zstdHeaderBytes(descriptor);
  const singleSegment = (descriptor & 0x20) !== 0;
  const sizeFlag = descriptor >> 6;
  const contentSize = (): number | undefined => {
    switch (sizeFlag) {
      case 0:
        return singleSegment ? bytes.readUInt8(headerBytes - 1) : undefined;
      case 1:
        return bytes.readUInt16LE(headerBytes - 2) + 256;
      case 2:
        return bytes.readUInt32LE(headerBytes - 4);
      default:
        return Number(bytes.readBigUInt64LE(headerBytes - 8));
    }
  };
  return {
    headerBytes,
    hasChecksum: (descriptor & 4) !== 0,
    contentBytes: contentSize(),
    windowLog: singleSegment ? 0 : 10 + (bytes.readUInt8(FIXED_BYTES) >> 3),
  };
}

/** A block with its 3 bytes of header; undefined for a type that does not exist. */
export function zstdBlockBytes(
  header: Buffer,
): { readonly bytes: number; readonly isLast: boolean } | undefined {
  const block = header.readUIntLE(0, 3);
  const type = (block >> 1) & 3;
  if (type === RESERVED) return undefined;
  return { bytes: 3 + (type === RLE ? 1 : block >> 3), isLast: (block & 1) === 1 };
}

/**
 * The length of the zstd frame that begins at the reader's position. A frame does not say how long it is, so its blocks
 * are walked. Refuses what our writer never makes: no checksum, no size, more than a chunk, a large window.
 */
export async function zstdFrameBytes(reader: ByteReader): Promise<number> {
  const broken = (what: string): ArchiveError =>
    new ArchiveError('archive_corrupt', `The frame at byte ${reader.position} ${what}.`);
  await reader.need(FIXED_BYTES);
  const headerBytes = zstdHeaderBytes(reader.peek(4, 1).readUInt8(0));
  await reader.need(headerBytes);
  const header = parseZstdHeader(reader.peek(0, headerBytes));
  if (!header.hasChecksum || header.contentBytes === undefined) throw broken('has no checksum or no size');
  if (header.contentBytes > MAX_CHUNK_BYTES) throw broken(`would grow to ${header.contentBytes} bytes`);
  if (header.windowLog > MAX_WINDOW_LOG) throw broken(`asks for a window of 2^${header.windowLog} bytes`);
  let length = headerBytes;
  for (let isLast = false; !isLast;) {
    await reader.need(length + 3);
    const block = zstdBlockBytes(reader.peek(length, 3));
    if (block === undefined) throw broken('has a block of no known type');
    isLast = block.isLast;
    length += block.bytes;
    if (length > MAX_FRAME_BYTES) throw broken('is longer than any of ours');
  }
  length += 4;
  await reader.need(length);
  return length;
}
