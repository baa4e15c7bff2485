import { createZstdDecompress } from 'node:zlib';
import { ArchiveError } from '../archive-error.ts';
import type { ByteReader } from '../byte-reader.ts';
import { MAX_FRAME_BYTES, type Frame, type Framing } from './framing.ts';
import { oneFrame, roomFor } from './one-frame.ts';
import { zstdCompressor } from './zstd-compressor.ts';
import { parseZstdHeader, ZSTD_MAGIC, zstdFrameBytes } from './zstd-frame.ts';

/** Any of zstd's sixteen skippable magics would do; decoders pass over such frames. */
export const SKIPPABLE_MAGIC = 0x184d2a5e;
export const isSkippableMagic = (magic: number): boolean => magic >>> 4 === SKIPPABLE_MAGIC >>> 4;

/** Ours stand in skippable frames, chunks in one frame each. */
export const zstdFraming: Framing = {
  codec: 'zstd',
  maxLevel: 19,
  overheadBytes: 8,
  payloadAt: 8,
  maxPayloadBytes: MAX_FRAME_BYTES - 8,
  wrap: (payload) => {
    const frame = Buffer.allocUnsafe(8 + payload.length);
    frame.writeUInt32LE(SKIPPABLE_MAGIC, 0);
    frame.writeUInt32LE(payload.length, 4);
    frame.set(payload, 8);
    return frame;
  },
  openCompressor: zstdCompressor,
  decompress: async (stored) => {
    const { contentBytes = 0 } = parseZstdHeader(stored);
    const bytes = await oneFrame(
      createZstdDecompress({ chunkSize: roomFor(contentBytes) }),
      stored,
      contentBytes,
    );
    if (bytes.length !== contentBytes)
      throw new Error(`${bytes.length} bytes came out of a frame that said ${contentBytes}`);
    return bytes;
  },
  readFrame,
};

async function readFrame(reader: ByteReader): Promise<Frame | undefined> {
  if (!(await reader.has(1))) return undefined;
  const at = reader.position;
  await reader.need(4);
  const magic = reader.peek(0, 4).readUInt32LE(0);
  if (magic === ZSTD_MAGIC)
    return { at, stored: reader.take(await zstdFrameBytes(reader)), payload: undefined };
  if (magic !== SKIPPABLE_MAGIC)
    throw new ArchiveError('archive_corrupt', `What begins at byte ${at} is no frame.`);
  await reader.need(8);
  const length = reader.peek(4, 4).readUInt32LE(0);
  if (length > MAX_FRAME_BYTES)
    throw new ArchiveError('archive_corrupt', `The frame at byte ${at} is longer than any of ours.`);
  await reader.need(8 + length);
  const stored = reader.take(8 + length);
  return { at, stored, payload: stored.subarray(8) };
}
