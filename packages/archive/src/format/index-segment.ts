import { ArchiveError } from '../archive-error.ts';
import { FEATURE_BYTES, NO_FEATURES, type Features } from '../features.ts';

/** Before chunks had features; read for ever, no longer written. */
const OLD_TAG = 'HFINDEX1';
const TAG = 'HFINDEX2';
const OLD_HEAD_BYTES = 40;
const HEAD_BYTES = 48;
const WHOLE = 1;
const DELTA = 2;
const RANGE = 3;
const OLD_WHOLE_BYTES = 41;
const WHOLE_BYTES = OLD_WHOLE_BYTES + FEATURE_BYTES;
const DELTA_BYTES = WHOLE_BYTES + 6;
const RANGE_BYTES = 17;
/**
 * About 256 MiB of dump. A writer holds no more of the index than one segment, and one fits into a gzip member's extra
 * field (65,535 bytes).
 */
export const SEGMENT_ENTRIES = 1024;

/** A chunk of an archive: `generation` 0 is the archive that says so, 1 its parent, 2 the parent's parent, … */
export type ChunkReference = { readonly generation: number; readonly ordinal: number };

/** A chunk that lies in this file, whole or as what differs from `base`. */
export type OwnChunk = {
  readonly kind: 'whole' | 'delta';
  readonly sha256: Uint8Array;
  readonly rawBytes: number;
  readonly storedBytes: number;
  readonly features: Features;
  /** Of a delta: a chunk that lies in an ancestor's file. */
  readonly base?: ChunkReference;
  /** How many deltas lie one on another, this one included; 0 for a whole chunk. */
  readonly depth: number;
};

/** Chunks that are the parent's: `count` of them from the parent's chunk `first` on. */
export type ParentRange = {
  readonly kind: 'range';
  readonly first: number;
  readonly count: number;
  /** All of them together. */
  readonly rawBytes: number;
};
export type IndexEntry = OwnChunk | ParentRange;

export type SegmentHead = {
  /** 0, 1, 2, … */
  readonly segment: number;
  readonly entries: number;
  /** Where the frame of the segment before begins in the file; 0 for the first. */
  readonly previousAt: number;
  /** Of the segment's first chunk, in the dump. */
  readonly rawStart: number;
  /** Of the segment's first own chunk, in the file. Its chunks stand one after another, then the segment itself. */
  readonly storedStart: number;
  /** How many chunks of the dump are before the segment's; undefined in archives that did not say. */
  readonly firstChunk: number | undefined;
};
export type Segment = { readonly head: SegmentHead; readonly entries: readonly IndexEntry[] };

export const chunksIn = (entry: IndexEntry): number => (entry.kind === 'range' ? entry.count : 1);
export const storedIn = (entry: IndexEntry): number => (entry.kind === 'range' ? 0 : entry.storedBytes);

export function segmentPayload(
  head: Omit<SegmentHead, 'entries' | 'firstChunk'> & { readonly firstChunk: number },
  entries: readonly IndexEntry[],
): Buffer {
  const payload = Buffer.alloc(HEAD_BYTES + entries.reduce((sum, entry) => sum + entryBytes(entry), 0));
  payload.write(TAG, 0, 'latin1');
  payload.writeUInt32LE(head.segment, 8);
  payload.writeUInt32LE(entries.length, 12);
  payload.writeBigUInt64LE(BigInt(head.previousAt), 16);
  payload.writeBigUInt64LE(BigInt(head.rawStart), 24);
  payload.writeBigUInt64LE(BigInt(head.storedStart), 32);
  payload.writeBigUInt64LE(BigInt(head.firstChunk), 40);
  let at = HEAD_BYTES;
  for (const entry of entries) {
    writeEntry(payload, at, entry);
    at += entryBytes(entry);
  }
  return payload;
}

const entryBytes = ({ kind }: IndexEntry): number =>
  ({ whole: WHOLE_BYTES, delta: DELTA_BYTES, range: RANGE_BYTES })[kind];

function writeEntry(payload: Buffer, at: number, entry: IndexEntry): void {
  if (entry.kind === 'range') {
    payload.writeUInt8(RANGE, at);
    payload.writeUInt32LE(entry.first, at + 1);
    payload.writeUInt32LE(entry.count, at + 5);
    payload.writeBigUInt64LE(BigInt(entry.rawBytes), at + 9);
    return;
  }
  payload.writeUInt8(entry.kind === 'whole' ? WHOLE : DELTA, at);
  payload.set(entry.sha256, at + 1);
  payload.writeUInt32LE(entry.rawBytes, at + 33);
  payload.writeUInt32LE(entry.storedBytes, at + 37);
  entry.features.forEach((feature, index) => payload.writeUInt32LE(feature, at + 41 + 4 * index));
  if (!entry.base) return;
  payload.writeUInt8(entry.base.generation, at + WHOLE_BYTES);
  payload.writeUInt32LE(entry.base.ordinal, at + WHOLE_BYTES + 1);
  payload.writeUInt8(entry.depth, at + WHOLE_BYTES + 5);
}

const tagOf = (payload: Buffer): string => payload.toString('latin1', 0, TAG.length);
export const isSegment = (payload: Buffer): boolean => [TAG, OLD_TAG].includes(tagOf(payload));

/** Throws archive_corrupt. */
export function parseSegment(payload: Buffer): Segment {
  const isOld = tagOf(payload) === OLD_TAG;
  const headBytes = isOld ? OLD_HEAD_BYTES : HEAD_BYTES;
  const count = payload.length < headBytes ? 0 : payload.readUInt32LE(12);
  if (!isSegment(payload) || count === 0 || count > SEGMENT_ENTRIES) throw wrongLength();
  const entries: IndexEntry[] = [];
  let at = headBytes;
  for (let index = 0; index < count; index += 1) {
    const { entry, length } = readEntry(payload, at, isOld);
    entries.push(entry);
    at += length;
  }
  if (at !== payload.length) throw wrongLength();
  const head = {
    segment: payload.readUInt32LE(8),
    entries: count,
    previousAt: Number(payload.readBigUInt64LE(16)),
    rawStart: Number(payload.readBigUInt64LE(24)),
    storedStart: Number(payload.readBigUInt64LE(32)),
    firstChunk: isOld ? undefined : Number(payload.readBigUInt64LE(40)),
  };
  return { head, entries };
}

const wrongLength = (): ArchiveError =>
  new ArchiveError('archive_corrupt', 'An index segment has the wrong length.');

function readEntry(
  payload: Buffer,
  at: number,
  isOld: boolean,
): { readonly entry: IndexEntry; readonly length: number } {
  const kind = at < payload.length ? payload.readUInt8(at) : 0;
  const wholeBytes = isOld ? OLD_WHOLE_BYTES : WHOLE_BYTES;
  const lengths: Readonly<Record<number, number>> = isOld
    ? { [WHOLE]: wholeBytes }
    : { [WHOLE]: wholeBytes, [DELTA]: DELTA_BYTES, [RANGE]: RANGE_BYTES };
  const length = lengths[kind];
  if (length === undefined)
    throw new ArchiveError('archive_corrupt', 'An index entry is of an unknown kind.');
  if (at + length > payload.length) throw wrongLength();
  if (kind === RANGE) {
    const [first, count] = [payload.readUInt32LE(at + 1), payload.readUInt32LE(at + 5)];
    return {
      entry: { kind: 'range', first, count, rawBytes: Number(payload.readBigUInt64LE(at + 9)) },
      length,
    };
  }
  const chunk = {
    sha256: payload.subarray(at + 1, at + 33),
    rawBytes: payload.readUInt32LE(at + 33),
    storedBytes: payload.readUInt32LE(at + 37),
    features: isOld ? NO_FEATURES : readFeatures(payload, at + OLD_WHOLE_BYTES),
  };
  if (kind === WHOLE) return { entry: { kind: 'whole', ...chunk, depth: 0 }, length };
  const base = {
    generation: payload.readUInt8(at + WHOLE_BYTES),
    ordinal: payload.readUInt32LE(at + WHOLE_BYTES + 1),
  };
  return {
    entry: { kind: 'delta', ...chunk, base, depth: payload.readUInt8(at + WHOLE_BYTES + 5) },
    length,
  };
}

const readFeatures = (payload: Buffer, at: number): Features => [
  payload.readUInt32LE(at),
  payload.readUInt32LE(at + 4),
  payload.readUInt32LE(at + 8),
  payload.readUInt32LE(at + 12),
];

export function isSameEntry(a: IndexEntry, b: IndexEntry | undefined): boolean {
  if (a.kind === 'range' || b === undefined || b.kind === 'range') return false;
  return (
    a.rawBytes === b.rawBytes && a.storedBytes === b.storedBytes && Buffer.compare(a.sha256, b.sha256) === 0
  );
}
