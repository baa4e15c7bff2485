import { FEATURE_COUNT, type Features } from '../features.ts';

/**
 * Chunks that are found by hash or likeness; beyond that only a share is, chosen by hash. A million are 256 GiB of dump and
 * 80 MB of memory. Others are still found one after another, as a dump repeats the order of the one before.
 */
const MAX_INDEXED = 1 << 20;
const EMPTY = 0xffffffff;

/** The chunks of a parent, to find those that a new dump has again. About 8 bytes a chunk, and 76 for each indexed one. */
export type Lookup = {
  /** The chunk with this hash: looked for at `expected` first. The first 8 bytes of the hash decide. */
  find(sha256: Uint8Array, expected: number): number | undefined;
  /** The chunk that shares most features; undefined when none shares any. */
  findSimilar(features: Features): number | undefined;
};

export type LookupBuilder = {
  add(sha256: Uint8Array, features: Features): void;
  build(): Lookup;
};

export function buildLookup(chunks: number, maxIndexed = MAX_INDEXED): LookupBuilder {
  const ids = new Uint32Array(2 * chunks);
  const stride = Math.max(1, Math.ceil(chunks / maxIndexed));
  const slots = 2 ** Math.ceil(Math.log2(Math.max(16, 2 * Math.ceil(chunks / stride))));
  const byId = new Uint32Array(slots).fill(EMPTY);
  // Pairs of a feature's value and the ordinal that has it; one table for each feature.
  const byFeature = Array.from({ length: FEATURE_COUNT }, () => new Uint32Array(2 * slots).fill(EMPTY));
  let added = 0;
  let indexed = 0;

  function insertId(low: number, ordinal: number): void {
    let slot = low & (slots - 1);
    while (byId[slot] !== EMPTY) slot = (slot + 1) & (slots - 1);
    byId[slot] = ordinal;
  }
  function insertFeature(table: Uint32Array, value: number, ordinal: number): void {
    let slot = value & (slots - 1);
    // The same value again: the later chunk counts, so that no value takes more than one slot.
    while (table[2 * slot + 1] !== EMPTY && table[2 * slot] !== value) slot = (slot + 1) & (slots - 1);
    table[2 * slot] = value;
    table[2 * slot + 1] = ordinal;
  }
  function ordinalWith(table: Uint32Array, value: number): number | undefined {
    for (let slot = value & (slots - 1); ; slot = (slot + 1) & (slots - 1)) {
      const ordinal = table[2 * slot + 1];
      if (ordinal === EMPTY) return undefined;
      if (table[2 * slot] === value) return ordinal;
    }
  }
  const isAt = (ordinal: number, low: number, high: number): boolean =>
    ordinal < added && ids[2 * ordinal] === low && ids[2 * ordinal + 1] === high;

  return {
    add: (sha256, features) => {
      const [low, high] = idOf(sha256);
      ids[2 * added] = low;
      ids[2 * added + 1] = high;
      if (high % stride === 0 && indexed < slots / 2) {
        insertId(low, added);
        features.forEach((value, index) => {
          const table = byFeature[index];
          if (value !== 0 && table) insertFeature(table, value, added);
        });
        indexed += 1;
      }
      added += 1;
    },
    build: () => ({
      find: (sha256, expected) => {
        const [low, high] = idOf(sha256);
        if (isAt(expected, low, high)) return expected;
        for (let slot = low & (slots - 1); ; slot = (slot + 1) & (slots - 1)) {
          const ordinal = byId[slot] as number; // masked into the table
          if (ordinal === EMPTY) return undefined;
          if (isAt(ordinal, low, high)) return ordinal;
        }
      },
      findSimilar: (features) => {
        const votes = new Map<number, number>();
        features.forEach((value, index) => {
          const table = byFeature[index];
          const ordinal = value === 0 || !table ? undefined : ordinalWith(table, value);
          if (ordinal !== undefined) votes.set(ordinal, (votes.get(ordinal) ?? 0) + 1);
        });
        const [best] = [...votes].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
        return best?.[0];
      },
    }),
  };
}

function idOf(sha256: Uint8Array): readonly [low: number, high: number] {
  const view = new DataView(sha256.buffer, sha256.byteOffset, 8);
  return [view.getUint32(0, true), view.getUint32(4, true)];
}
