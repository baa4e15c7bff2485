import { ArchiveError } from '../archive-error.ts';

const TAG = 'HFDIRECT';
const HEAD_BYTES = 12;
const ENTRY_BYTES = 16;
/** Length and tag once more: whoever comes from the end of the file finds where it begins. */
const TRAILER_BYTES = 12;
/** One megabyte, 16 TB of dump; beyond that the index is found segment by segment. */
export const MAX_DIRECTORY_SEGMENTS = 65_000;

/** Where an index segment is, so that one chunk is found without reading the whole index. */
export type SegmentPlace = {
  /** Where its frame begins in the file. */
  readonly at: number;
  /** How many chunks of the dump are before its own. */
  readonly firstChunk: number;
};

export function directoryPayload(places: readonly SegmentPlace[]): Buffer {
  const payload = Buffer.alloc(HEAD_BYTES + places.length * ENTRY_BYTES + TRAILER_BYTES);
  payload.write(TAG, 0, 'latin1');
  payload.writeUInt32LE(places.length, 8);
  places.forEach(({ at, firstChunk }, index) => {
    payload.writeBigUInt64LE(BigInt(at), HEAD_BYTES + index * ENTRY_BYTES);
    payload.writeBigUInt64LE(BigInt(firstChunk), HEAD_BYTES + index * ENTRY_BYTES + 8);
  });
  payload.writeUInt32LE(payload.length, payload.length - TRAILER_BYTES);
  payload.write(TAG, payload.length - 8, 'latin1');
  return payload;
}

export const isDirectory = (payload: Buffer): boolean => payload.toString('latin1', 0, TAG.length) === TAG;

/** The length of the directory's payload that ends where `bytes` ends; undefined when none does. */
export function directoryBytesBefore(bytes: Buffer): number | undefined {
  const at = bytes.length - TRAILER_BYTES;
  return at >= 0 && bytes.toString('latin1', at + 4) === TAG ? bytes.readUInt32LE(at) : undefined;
}

/** Throws archive_corrupt. */
export function parseDirectory(payload: Buffer): readonly SegmentPlace[] {
  const count = payload.length < HEAD_BYTES ? 0 : payload.readUInt32LE(8);
  if (!isDirectory(payload) || payload.length !== HEAD_BYTES + count * ENTRY_BYTES + TRAILER_BYTES)
    throw new ArchiveError('archive_corrupt', 'The directory of the index has the wrong length.');
  return Array.from({ length: count }, (_, index) => ({
    at: Number(payload.readBigUInt64LE(HEAD_BYTES + index * ENTRY_BYTES)),
    firstChunk: Number(payload.readBigUInt64LE(HEAD_BYTES + index * ENTRY_BYTES + 8)),
  }));
}
