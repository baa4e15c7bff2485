import { PulledBytes } from '../bytes/pulled-bytes.ts';
import { parse } from '../contents/parsing.ts';
import { readToc, type Toc } from '../contents/toc.ts';
import type { Tools } from '../tools/tools.ts';
import { listEntries } from './list-entries.ts';
import { replayable } from './replayable.ts';

/** What a dump holds, before it is restored. */
export type Listing = {
  /** One line per object, as `pg_restore --list` words them. */
  readonly entries: readonly string[];
  /** Those of them that pg_restore picks when it is given these arguments. Throws invalid_request for unknown names. */
  list(selection: readonly string[]): Promise<readonly string[]>;
  /** The table of contents itself; undefined in a version that is not known here. */
  toc(): Promise<Toc | undefined>;
};

/** Ask first, then read `source`. */
export type Contents = Listing & {
  /** The whole source from its first byte, once. In memory stays the table of contents and a pipe's worth more. */
  readonly source: AsyncIterable<Uint8Array>;
  /** Lets the source go, when it is not read after all. */
  close(): Promise<void>;
};

export type ContentsOptions = {
  readonly tools: Tools;
  readonly source: AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
};

/** The table of contents at the beginning of a dump. Throws invalid_backup or archive_truncated; the source's own error wins. */
export async function readContents(options: ContentsOptions): Promise<Contents> {
  const source = replayable(options.source);
  const list = (selection: readonly string[]): Promise<readonly string[]> =>
    listEntries(options, { format: 'custom', source: source.beginning() }, selection);
  try {
    return {
      entries: await list([]),
      list,
      toc: () => parse(readToc(), new PulledBytes(source.beginning())),
      source: source.replay(),
      close: source.close,
    };
  } catch (error) {
    await source.close();
    throw error;
  }
}
