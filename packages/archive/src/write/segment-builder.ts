import { segmentPayload, type IndexEntry, type ParentRange } from '../format/index-segment.ts';
import type { Tally } from '../tally.ts';
import type { StoredChunk } from './chunk-store.ts';

/** An index segment under construction. It begins where the archive stands when it is made. */
export type SegmentBuilder = {
  readonly firstChunk: number;
  readonly entries: number;
  add(chunk: StoredChunk): void;
  payload(segment: number, previousAt: number): Buffer;
};

export function createSegmentBuilder({ chunks, rawBytes, storedBytes }: Tally): SegmentBuilder {
  const entries: IndexEntry[] = [];
  const start = { firstChunk: chunks, rawStart: rawBytes, storedStart: storedBytes };
  return {
    firstChunk: start.firstChunk,
    get entries() {
      return entries.length;
    },
    add: (chunk) => {
      if (chunk.parentOrdinal === undefined) {
        const { frame, ...own } = chunk;
        entries.push({ kind: own.base ? 'delta' : 'whole', ...own, storedBytes: frame.length });
        return;
      }
      const last = entries.at(-1);
      const joined = last?.kind === 'range' ? extended(last, chunk.parentOrdinal, chunk.rawBytes) : undefined;
      if (joined) entries[entries.length - 1] = joined;
      else entries.push({ kind: 'range', first: chunk.parentOrdinal, count: 1, rawBytes: chunk.rawBytes });
    },
    payload: (segment, previousAt) => segmentPayload({ segment, previousAt, ...start }, entries),
  };
}

const extended = (range: ParentRange, ordinal: number, rawBytes: number): ParentRange | undefined =>
  range.first + range.count === ordinal
    ? { ...range, count: range.count + 1, rawBytes: range.rawBytes + rawBytes }
    : undefined;
