import { hash } from 'node:crypto';
import type { ArchiveKind } from '../format/header.ts';
import { STOP_FRAME } from '../framing/hfd.ts';
import { zstdFraming } from '../framing/zstd-framing.ts';
import type { ChunkStore } from '../write/chunk-store.ts';
import type { ParentIds } from './open-ids.ts';

/**
 * Stores what `parent` lacks, knowing its chunks by their ids alone. A chunk in which anything changed is stored whole: to
 * be a base its predecessor would have to be read.
 */
export function idsStore(parent: ParentIds, kind: Exclude<ArchiveKind, 'full'>, level: number): ChunkStore {
  const compressor = zstdFraming.openCompressor(level);
  let expected = 0; // the parent's chunk after the one that the last chunk was
  return {
    kind,
    ancestors: parent.lineage,
    preamble: STOP_FRAME,
    framing: zstdFraming,
    // What comes before the first await runs in the order of the chunks.
    store: async ({ bytes, features }) => {
      const sha256 = hash('sha256', bytes, 'buffer');
      const known = parent.find(sha256, expected);
      // An unknown chunk most likely stands where one was changed.
      expected = (known ?? expected) + 1;
      if (known !== undefined) return { sha256, rawBytes: bytes.length, parentOrdinal: known };
      const frame = await compressor.compress(bytes);
      return { sha256, rawBytes: bytes.length, features, frame, depth: 0 };
    },
    close: () => compressor.close(),
  };
}
