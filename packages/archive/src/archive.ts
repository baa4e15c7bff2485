import type { Chain } from './chain/chain.ts';
import type { Ancestor } from './format/header.ts';
import type { ParentIds } from './ids/open-ids.ts';

export type Codec = 'zstd' | 'gzip' | 'none';

/** Bytes so far, raw (the dump) and stored (the file). */
export type Progress = { readonly rawBytes: number; readonly storedBytes: number };

/** Watches an archive being written. What it returns is awaited: it may hold the writer up. Never asked for codec none. */
export type ArchiveObserver = {
  /** Each chunk of the dump, in order, those that the parent has included. */
  chunk(sha256: Uint8Array, rawBytes: number): void | Promise<void>;
  /** All are written. The archive itself and what it builds on, nearest first, as a child of it will name them. */
  end(lineage: readonly Ancestor[]): void | Promise<void>;
};

/** What a new archive builds on: a chain that can be read, or the ids of one that cannot. */
export type ParentArchive = { readonly kind: 'differential' | 'incremental' } & (
  { readonly chain: Chain } | { readonly ids: ParentIds }
);

export type WriteOptions = {
  readonly codec: Codec;
  /** zstd 1 to 19, gzip 1 to 9; none ignores it. */
  readonly level: number;
  /** What it builds on: only what that lacks is stored, in a file that needs it. zstd only. [none: a full] */
  readonly parent?: ParentArchive;
  /** A UUID; stands in the header. */
  readonly archiveId: string;
  /** Chunks compressed side by side, 1 to 64 [the cores and one more, 4 at most]. */
  readonly concurrency?: number;
  /** Ends the work with its reason, even while the source is silent. */
  readonly signal?: AbortSignal;
  /** Called for every frame that is written. */
  readonly onProgress?: (bytes: Progress) => void;
  readonly observer?: ArchiveObserver;
};

export type ReadOptions = {
  readonly signal?: AbortSignal;
  readonly onProgress?: (bytes: Progress) => void;
  /**
   * What the manifest says. Needed for uncompressed content other than pg_dump's custom format, which nothing tells
   * from a foreign file; a file of another codec is then archive_corrupt.
   */
  readonly codec?: Codec;
  /** Also reads `.zst`, `.gz` and uncompressed files that others made. Nothing proves those whole. [false] */
  readonly foreign?: boolean;
};

export type ArchiveHeader = {
  readonly codec: Codec;
  /** Of the format: 1; 0 for a foreign file and for an uncompressed one, which have no header. */
  readonly version: number;
  /** Undefined where there is no header. */
  readonly archiveId: string | undefined;
};

export type ArchiveTotals = {
  readonly rawBytes: number;
  readonly storedBytes: number;
  /** sha256 over the sha256s of the chunks, in order: the same dump has the same in every codec. Hexadecimal. */
  readonly rawSha256: string;
  /** sha256 of the stored bytes. Hexadecimal. */
  readonly sha256: string;
  readonly chunks: number;
};

/** Where a chunk is, in the dump and in the file. */
export type ChunkPlace = {
  readonly rawStart: number;
  readonly rawBytes: number;
  readonly storedStart: number;
  readonly storedBytes: number;
  /** Of the raw bytes, hexadecimal. */
  readonly sha256: string;
};
