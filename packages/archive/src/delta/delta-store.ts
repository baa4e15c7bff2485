import { hash } from 'node:crypto';
import type { Chain, Located } from '../chain/chain.ts';
import type { Chunk } from '../cut-chunks.ts';
import type { ArchiveKind } from '../format/header.ts';
import type { Compressor } from '../framing/framing.ts';
import { STOP_FRAME } from '../framing/hfd.ts';
import { zstdFraming } from '../framing/zstd-framing.ts';
import type { ChunkStore, StoredChunk } from '../write/chunk-store.ts';
import { canBeBase, compressDelta } from './delta-frame.ts';
import { buildLookup, type Lookup } from './lookup.ts';

/**
 * How many deltas may lie one on another: restoring such a chunk reads and decodes that many frames and a whole one. The
 * delta after the last of them is against the whole chunk again. Measured: see FORMAT.md.
 */
export const MAX_DELTA_DEPTH = 8;
/** A delta this small beside the raw chunk is kept unseen; above, it must be under half of the plain frame. */
const SURELY_SMALL = 1 / 16;
const WORTH_KEEPING = 1 / 2;

/** Stores only what `parent` lacks, as deltas against what is like it there. Reads the parent's index once. */
export async function deltaStore(
  parent: Chain,
  kind: Exclude<ArchiveKind, 'full'>,
  level: number,
): Promise<ChunkStore> {
  const lookup = await readLookup(parent);
  const compressor = zstdFraming.openCompressor(level);
  let expected = 0; // the parent's chunk after the one that the last chunk was, or was like
  return {
    kind,
    ancestors: parent.lineage,
    preamble: STOP_FRAME,
    framing: zstdFraming,
    // What comes before the first await runs in the order of the chunks.
    store: async (chunk) => {
      const sha256 = hash('sha256', chunk.bytes, 'buffer');
      const known = lookup.find(sha256, expected);
      const like = known ?? lookup.findSimilar(chunk.features) ?? expected;
      expected = like + 1;
      if (known !== undefined && (await isTheSame(parent, known, sha256)))
        return { sha256, rawBytes: chunk.bytes.length, parentOrdinal: known };
      const base =
        known === undefined && like < parent.footer.chunks ? await baseAt(parent, like) : undefined;
      return storeChanged(parent, chunk, sha256, base, compressor);
    },
    close: () => compressor.close(),
  };
}

async function readLookup(parent: Chain): Promise<Lookup> {
  const builder = buildLookup(parent.footer.chunks);
  for await (const { chunk } of parent.located()) builder.add(chunk.sha256, chunk.features);
  return builder.build();
}

/** The lookup goes by a part of the hash; the whole one is in the index. */
async function isTheSame(parent: Chain, ordinal: number, sha256: Buffer): Promise<boolean> {
  const { chunk } = await parent.locate({ generation: 0, ordinal });
  return sha256.equals(chunk.sha256);
}

/** The chunk itself, or the whole one below it when deltas lie too deep there. */
async function baseAt(parent: Chain, ordinal: number): Promise<Located> {
  let base = await parent.locate({ generation: 0, ordinal });
  if (base.chunk.depth < MAX_DELTA_DEPTH) return base;
  while (base.chunk.base) {
    const { generation, ordinal: below } = base.chunk.base;
    base = await parent.locate({ generation: base.generation + generation, ordinal: below });
  }
  return base;
}

async function storeChanged(
  parent: Chain,
  chunk: Chunk,
  sha256: Buffer,
  base: Located | undefined,
  compressor: Compressor,
): Promise<StoredChunk> {
  const own = { sha256, rawBytes: chunk.bytes.length, features: chunk.features };
  const baseRaw = base && (await parent.rawOf(base));
  const delta = baseRaw && canBeBase(baseRaw) ? await compressDelta(chunk.bytes, baseRaw) : undefined;
  const isSurelySmall = delta && delta.length <= chunk.bytes.length * SURELY_SMALL;
  const plain = isSurelySmall ? undefined : await compressor.compress(chunk.bytes);
  if (base && delta && (!plain || delta.length < plain.length * WORTH_KEEPING)) {
    return {
      ...own,
      frame: delta,
      // Generations count from the file that is being written, whose parent is 1.
      base: { generation: base.generation + 1, ordinal: base.ordinal },
      depth: base.chunk.depth + 1,
    };
  }
  return { ...own, frame: plain ?? (await compressor.compress(chunk.bytes)), depth: 0 };
}
