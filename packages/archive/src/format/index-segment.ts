import { ArchiveError } from '../archive-error.ts';

const TAG = 'HFINDEX1';
const HEAD_BYTES = 40;
const ENTRY_BYTES = 41;
/** An entry that stands for a chunk in this file. Other kinds are for archives that refer to a parent. */
const WHOLE_CHUNK = 1;
/**
 * About 256 MiB of dump. A writer holds no more of the index than one segment, and one fits into a gzip member's extra
 * field (65,535 bytes).
 */
export const SEGMENT_ENTRIES = 1024;

export type IndexEntry = {
  readonly sha256: Uint8Array;
  readonly rawBytes: number;
  readonly storedBytes: number;
};

export type SegmentHead = {
  /** 0, 1, 2, … */
  readonly segment: number;
  readonly entries: number;
  /** Where the frame of the segment before begins in the file; 0 for the first. */
  readonly previousAt: number;
  /** Of the segment's first chunk, in the dump. */
  readonly rawStart: number;
  /** Of the segment's first chunk, in the file. Its chunks stand one after another, then the segment itself. */
  readonly storedStart: number;
};
export type Segment = { readonly head: SegmentHead; readonly entries: readonly IndexEntry[] };

export function segmentPayload(head: Omit<SegmentHead, 'entries'>, entries: readonly IndexEntry[]): Buffer {
  const payload = Buffer.alloc(HEAD_BYTES + entries.length * ENTRY_BYTES);
  payload.write(TAG, 0, 'latin1');
  payload.writeUInt32LE(head.segment, 8);
  payload.writeUInt32LE(entries.length, 12);
  payload.writeBigUInt64LE(BigInt(head.previousAt), 16);
  payload.writeBigUInt64LE(BigInt(head.rawStart), 24);
  payload.writeBigUInt64LE(BigInt(head.storedStart), 32);
  entries.forEach((entry, index) => {
    const at = HEAD_BYTES + index * ENTRY_BYTES;
    payload.writeUInt8(WHOLE_CHUNK, at);
    payload.set(entry.sha256, at + 1);
    payload.writeUInt32LE(entry.rawBytes, at + 33);
    payload.writeUInt32LE(entry.storedBytes, at + 37);
  });
  return payload;
}

export const isSegment = (payload: Buffer): boolean => payload.toString('latin1', 0, TAG.length) === TAG;

/** Throws archive_corrupt. */
export function parseSegment(payload: Buffer): Segment {
  const count = payload.length < HEAD_BYTES ? 0 : payload.readUInt32LE(12);
  if (!isSegment(payload) || count === 0 || payload.length !== HEAD_BYTES + count * ENTRY_BYTES)
    throw new ArchiveError('archive_corrupt', 'An index segment has the wrong length.');
  const entries = Array.from({ length: count }, (_, index) => {
    const at = HEAD_BYTES + index * ENTRY_BYTES;
    if (payload.readUInt8(at) !== WHOLE_CHUNK)
      throw new ArchiveError('archive_corrupt', 'An index entry is of an unknown kind.');
    return {
      sha256: payload.subarray(at + 1, at + 33),
      rawBytes: payload.readUInt32LE(at + 33),
      storedBytes: payload.readUInt32LE(at + 37),
    };
  });
  const head = {
    segment: payload.readUInt32LE(8),
    entries: count,
    previousAt: Number(payload.readBigUInt64LE(16)),
    rawStart: Number(payload.readBigUInt64LE(24)),
    storedStart: Number(payload.readBigUInt64LE(32)),
  };
  return { head, entries };
}
