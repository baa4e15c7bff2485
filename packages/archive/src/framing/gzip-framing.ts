import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { ArchiveError } from '../archive-error.ts';
import type { ByteReader } from '../byte-reader.ts';
import { MAX_CHUNK_BYTES } from '../gear.ts';
import { MAX_FRAME_BYTES, type Frame, type Framing } from './framing.ts';

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/**
 * How much zlib hands over at a time: a text chunk's frame fits, so that each costs one trip to the pool, where Node's 16
 * KiB would make it six.
 */
const OUTPUT_BYTES = 128 * 1024;

/** Every member of ours begins so: deflate, an extra field, no time, no file name, no system named. */
const MEMBER_START = Buffer.from([0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff]);
/** The start, the extra field's length, the subfield's two letters and length. */
const EXTRA_AT = 16;
/** Subfield of a member that carries header, index segment or footer and decodes to nothing. */
const META = 'HF';
/** Subfield of a chunk: the length of the whole member, u32. gzip itself does not tell where a member ends. */
const CHUNK = 'HC';
/** An empty deflate block, then CRC-32 and length of nothing. */
const EMPTY_BODY = Buffer.from([3, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
/** What zlib writes before the deflate data; replaced by ours. */
const PLAIN_START_BYTES = 10;

/** Ours stand in the extra fields of empty members, chunks in one member each. */
export const gzipFraming: Framing = {
  codec: 'gzip',
  maxLevel: 9,
  overheadBytes: EXTRA_AT + EMPTY_BODY.length,
  payloadAt: EXTRA_AT,
  maxPayloadBytes: 65_535 - 4, // a subfield's head stands before it in the extra field
  wrap: (payload) => Buffer.concat([memberStart(META, payload), EMPTY_BODY]),
  openCompressor: (level) => ({
    compress: async (chunk) => {
      const plain = await compress(chunk, { level, chunkSize: OUTPUT_BYTES });
      const length = Buffer.alloc(4);
      length.writeUInt32LE(EXTRA_AT + 4 + plain.length - PLAIN_START_BYTES);
      return Buffer.concat([memberStart(CHUNK, length), plain.subarray(PLAIN_START_BYTES)]);
    },
    close: () => undefined, // nothing is held from chunk to chunk
  }),
  decompress: async (stored) => {
    const said = stored.readUInt32LE(stored.length - 4);
    const contentBytes = Math.min(said, MAX_CHUNK_BYTES);
    const bytes = await decompress(stored, {
      chunkSize: Math.max(64, contentBytes + 1), // as in zstd's
      maxOutputLength: Math.max(1, contentBytes),
    });
    if (bytes.length !== said)
      throw new Error(`${bytes.length} bytes came out of a member that said ${said}`);
    return bytes;
  },
  readFrame,
};

function memberStart(subfield: string, value: Buffer): Buffer {
  const start = Buffer.alloc(EXTRA_AT + value.length);
  start.set(MEMBER_START, 0);
  start.writeUInt16LE(4 + value.length, 10);
  start.write(subfield, 12, 'latin1');
  start.writeUInt16LE(value.length, 14);
  start.set(value, EXTRA_AT);
  return start;
}

async function readFrame(reader: ByteReader): Promise<Frame | undefined> {
  if (!(await reader.has(1))) return undefined;
  const at = reader.position;
  const broken = (what: string): ArchiveError =>
    new ArchiveError('archive_corrupt', `The member at byte ${at} ${what}.`);
  await reader.need(EXTRA_AT);
  const start = reader.peek(0, EXTRA_AT);
  const valueBytes = start.readUInt16LE(14);
  if (!start.subarray(0, MEMBER_START.length).equals(MEMBER_START)) throw broken('does not begin like ours');
  if (start.readUInt16LE(10) !== 4 + valueBytes) throw broken('has another extra field');
  switch (start.toString('latin1', 12, 14)) {
    case META: {
      const length = EXTRA_AT + valueBytes + EMPTY_BODY.length;
      await reader.need(length);
      const stored = reader.take(length);
      if (!stored.subarray(EXTRA_AT + valueBytes).equals(EMPTY_BODY)) throw broken('is not empty');
      return { at, stored, payload: stored.subarray(EXTRA_AT, EXTRA_AT + valueBytes) };
    }
    case CHUNK: {
      await reader.need(EXTRA_AT + 4);
      const length = reader.peek(EXTRA_AT, 4).readUInt32LE(0);
      if (valueBytes !== 4 || length < EXTRA_AT + 4 + EMPTY_BODY.length) throw broken('is too short');
      if (length > MAX_FRAME_BYTES) throw broken('is longer than any of ours');
      await reader.need(length);
      return { at, stored: reader.take(length), payload: undefined };
    }
    default:
      throw broken('has another extra field');
  }
}
