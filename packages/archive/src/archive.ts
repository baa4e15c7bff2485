export type Codec = 'zstd' | 'gzip' | 'none';

export type WriteOptions = {
  readonly codec: Codec;
  /** zstd 1 to 19, gzip 1 to 9; none ignores it. */
  readonly level: number;
  /** A UUID; stands in the header. */
  readonly archiveId: string;
  /** Chunks compressed side by side [the cores, 4 at most]. */
  readonly concurrency?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (bytes: { readonly rawBytes: number; readonly storedBytes: number }) => void;
};

export type ArchiveTotals = {
  readonly rawBytes: number;
  readonly storedBytes: number;
  /** sha256 over the sha256s of the chunks, in order. */
  readonly rawSha256: string;
  /** sha256 of the stored bytes. */
  readonly sha256: string;
  readonly chunks: number;
};

export type ArchiveHeader = {
  readonly codec: Codec;
  readonly version: number;
  readonly archiveId: string | undefined;
};
