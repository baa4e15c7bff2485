import { hash } from 'node:crypto';
import type { Chunk } from '../cut-chunks.ts';
import type { Features } from '../features.ts';
import type { Ancestor, ArchiveKind } from '../format/header.ts';
import type { ChunkReference } from '../format/index-segment.ts';
import type { Framing } from '../framing/framing.ts';

/** What became of a chunk: a frame of its own, or the parent's chunk that it is. */
export type StoredChunk = { readonly sha256: Buffer; readonly rawBytes: number } & (
  | { readonly parentOrdinal: number }
  | {
      readonly parentOrdinal?: undefined;
      readonly frame: Buffer;
      readonly features: Features;
      readonly base?: ChunkReference;
      readonly depth: number;
    }
);

/** How the chunks of one archive are stored. */
export type ChunkStore = {
  readonly kind: ArchiveKind;
  /** Nearest first; none for a full. */
  readonly ancestors: readonly Ancestor[];
  /** What the file begins with, before its header. */
  readonly preamble: Buffer;
  readonly framing: Framing;
  /** Called in the order of the chunks; several may be under way. Compresses on the pool. */
  store(chunk: Chunk): Promise<StoredChunk>;
  /** When the last chunk was stored, or none will be any more. */
  close(): void;
};

/** Every chunk whole: a backup that needs no other. */
export function fullStore(framing: Framing, level: number): ChunkStore {
  const compressor = framing.openCompressor(level);
  return {
    kind: 'full',
    ancestors: [],
    preamble: Buffer.alloc(0),
    framing,
    store: async ({ bytes, features }) => {
      const frame = compressor.compress(bytes); // the pool has it while it is hashed here
      const sha256 = hash('sha256', bytes, 'buffer');
      return { sha256, rawBytes: bytes.length, features, frame: await frame, depth: 0 };
    },
    close: () => compressor.close(),
  };
}
