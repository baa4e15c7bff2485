import { abortable } from '../bytes/abortable.ts';
import { peek } from '../bytes/peek.ts';
import { PulledBytes } from '../bytes/pulled-bytes.ts';
import { readContents, type ContentsOptions } from '../restore/read-contents.ts';
import { BLOCK_BYTES, isTarHeader } from '../tar/header.ts';
import { readDataSizes } from './data-sizes.ts';
import { describeEntries, type ContentsEntry } from './describe-entries.ts';
import { parse } from './parsing.ts';
import { readTarContents } from './tar-contents.ts';
import { readToc } from './toc.ts';

export type DumpContentsOptions = ContentsOptions & {
  /** [true] The source, a dump in the custom format or the tar of a parallel one, is read to its end for the sizes; else its table of contents alone. */
  readonly withSizes?: boolean;
};

export type DumpContents = { readonly kind: 'custom' | 'tar'; readonly entries: readonly ContentsEntry[] };

/**
 * What is inside a dump, in the order of its table of contents. With sizes, its structure is checked on the way. Throws
 * invalid_backup or archive_truncated; the source's own error wins.
 */
export async function readContentsOf(options: DumpContentsOptions): Promise<DumpContents> {
  const { first, source } = await peek(abortable(options.source, options.signal), BLOCK_BYTES);
  return isTarHeader(first)
    ? { kind: 'tar', entries: await readTarContents({ ...options, source }) }
    : { kind: 'custom', entries: await readCustomContents({ ...options, source }) };
}

async function readCustomContents(options: DumpContentsOptions): Promise<readonly ContentsEntry[]> {
  const contents = await readContents(options);
  const bytes = new PulledBytes(contents.source);
  try {
    const toc = await parse(readToc(), bytes);
    if (options.withSizes === false) return describeEntries(contents.entries, toc);
    // A block of compressed data has the length of that.
    const sizes = toc && !toc.isCompressed ? await readDataSizes(toc, bytes) : undefined;
    await bytes.skip(Number.MAX_SAFE_INTEGER); // what was not read above: the source may check itself at its end
    return describeEntries(contents.entries, toc, sizes);
  } finally {
    await bytes.close();
  }
}
