import { ArchiveError } from './archive-error.ts';
import { MAX_CHUNK_BYTES } from './gear.ts';

/** Any of zstd's sixteen skippable magics would do; decoders pass over it. */
export const SKIPPABLE_MAGIC = 0x184d2a5e;
export const ZSTD_MAGIC = 0xfd2fb528;

const HEADER_TAG = 'HOLDFAST';
const INDEX_TAG = 'HFINDEX1';
const FOOTER_TAG = 'HFFOOTER';
export const FORMAT_VERSION = 1;
const KIND_FULL = 1;
const WHOLE_CHUNK = 0;
export const ENTRY_BYTES = 41;
/** One segment describes about 1 GiB: a writer holds no more of the index than that. */
export const SEGMENT_ENTRIES = 4096;
/** A frame of one chunk is never larger: zstd falls back to raw blocks. */
export const MAX_FRAME_BYTES = MAX_CHUNK_BYTES + 4096;
const FOOTER_PAYLOAD_BYTES = 8 + 4 + 4 + 8 + 8 + 8 + 32 + 32;
export const FOOTER_BYTES = 8 + FOOTER_PAYLOAD_BYTES;

export type IndexEntry = {
  readonly sha256: Uint8Array;
  readonly rawBytes: number;
  readonly storedBytes: number;
};
export type Footer = {
  readonly segments: number;
  readonly chunks: number;
  readonly rawBytes: number;
  /** Where the last index segment begins; 0 when there is none. */
  readonly lastSegmentAt: number;
  readonly rawSha256: string;
  /** Over the payloads of the header and of all index segments. */
  readonly metaSha256: string;
};

export function skippable(payload: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(8 + payload.length);
  frame.writeUInt32LE(SKIPPABLE_MAGIC, 0);
  frame.writeUInt32LE(payload.length, 4);
  frame.set(payload, 8);
  return frame;
}

export function headerPayload(archiveId: string): Buffer {
  const payload = Buffer.alloc(8 + 1 + 1 + 2 + 16);
  payload.write(HEADER_TAG, 0, 'latin1');
  payload.writeUInt8(FORMAT_VERSION, 8);
  payload.writeUInt8(KIND_FULL, 9);
  payload.write(archiveId.replaceAll('-', ''), 12, 'hex');
  return payload;
}

export function parseHeader(payload: Buffer): { readonly version: number; readonly archiveId: string } {
  if (payload.length < 28 || tagOf(payload) !== HEADER_TAG)
    throw new ArchiveError('archive_foreign', 'The file begins with a frame that is not ours.');
  const version = payload.readUInt8(8);
  const kind = payload.readUInt8(9);
  if (version !== FORMAT_VERSION || kind !== KIND_FULL) {
    throw new ArchiveError(
      'archive_unsupported',
      `The archive is of format ${version}, kind ${kind}; this release reads format ${FORMAT_VERSION}, kind ${KIND_FULL}.`,
    );
  }
  const hex = payload.subarray(12, 28).toString('hex');
  return { version, archiveId: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') };
}

export function indexPayload(segment: number, previousAt: number, entries: readonly IndexEntry[]): Buffer {
  const payload = Buffer.alloc(24 + entries.length * ENTRY_BYTES);
  payload.write(INDEX_TAG, 0, 'latin1');
  payload.writeUInt32LE(segment, 8);
  payload.writeUInt32LE(entries.length, 12);
  payload.writeBigUInt64LE(BigInt(previousAt), 16);
  entries.forEach((entry, index) => {
    const at = 24 + index * ENTRY_BYTES;
    payload.writeUInt8(WHOLE_CHUNK, at);
    payload.set(entry.sha256, at + 1);
    payload.writeUInt32LE(entry.rawBytes, at + 33);
    payload.writeUInt32LE(entry.storedBytes, at + 37);
  });
  return payload;
}

export const isIndex = (payload: Buffer): boolean => tagOf(payload) === INDEX_TAG;
export const isFooter = (payload: Buffer): boolean => tagOf(payload) === FOOTER_TAG;

export function parseIndex(payload: Buffer): {
  readonly segment: number;
  readonly previousAt: number;
  readonly entries: readonly IndexEntry[];
} {
  const count = payload.length < 24 ? -1 : payload.readUInt32LE(12);
  if (payload.length !== 24 + count * ENTRY_BYTES)
    throw new ArchiveError('archive_corrupt', 'An index segment has the wrong length.');
  const entries = Array.from({ length: count }, (_, index) => {
    const at = 24 + index * ENTRY_BYTES;
    if (payload.readUInt8(at) !== WHOLE_CHUNK)
      throw new ArchiveError('archive_corrupt', 'An index entry is of an unknown kind.');
    return {
      sha256: payload.subarray(at + 1, at + 33),
      rawBytes: payload.readUInt32LE(at + 33),
      storedBytes: payload.readUInt32LE(at + 37),
    };
  });
  return { segment: payload.readUInt32LE(8), previousAt: Number(payload.readBigUInt64LE(16)), entries };
}

export function footerPayload(footer: Footer): Buffer {
  const payload = Buffer.alloc(FOOTER_PAYLOAD_BYTES);
  payload.write(FOOTER_TAG, 0, 'latin1');
  payload.writeUInt32LE(FORMAT_VERSION, 8);
  payload.writeUInt32LE(footer.segments, 12);
  payload.writeBigUInt64LE(BigInt(footer.chunks), 16);
  payload.writeBigUInt64LE(BigInt(footer.rawBytes), 24);
  payload.writeBigUInt64LE(BigInt(footer.lastSegmentAt), 32);
  payload.write(footer.rawSha256, 40, 'hex');
  payload.write(footer.metaSha256, 72, 'hex');
  return payload;
}

export function parseFooter(payload: Buffer): Footer {
  if (
    payload.length !== FOOTER_PAYLOAD_BYTES ||
    !isFooter(payload) ||
    payload.readUInt32LE(8) !== FORMAT_VERSION
  ) {
    throw new ArchiveError('archive_corrupt', 'The footer is not one.');
  }
  return {
    segments: payload.readUInt32LE(12),
    chunks: Number(payload.readBigUInt64LE(16)),
    rawBytes: Number(payload.readBigUInt64LE(24)),
    lastSegmentAt: Number(payload.readBigUInt64LE(32)),
    rawSha256: payload.toString('hex', 40, 72),
    metaSha256: payload.toString('hex', 72, 104),
  };
}

const tagOf = (payload: Buffer): string => payload.toString('latin1', 0, 8);
