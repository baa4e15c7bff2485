import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PulledBytes } from '../bytes/pulled-bytes.ts';
import type { StoredDump } from '../restore/dump-input.ts';
import { listEntries } from '../restore/list-entries.ts';
import { withTemporaryFolder } from '../restore/temporary-folder.ts';
import { assertComplete } from '../tar/assert-complete.ts';
import { filesListed, isLargeObjectList, TOC_FILE } from '../tar/dump-files.ts';
import { readTar } from '../tar/read-tar.ts';
import { describeEntries, type ContentsEntry } from './describe-entries.ts';
import { filesOfToc } from './files-named-by.ts';
import { notADump, parse } from './parsing.ts';
import type { DumpContentsOptions } from './read-contents-of.ts';
import { readToc, type Toc } from './toc.ts';

/** Tables of contents and lists of large objects are kept in memory; none comes near. */
const MAX_TEXT_BYTES = 256 * 1024 * 1024;

type TarContents = {
  /** Bytes by name. */
  readonly files: ReadonlyMap<string, number>;
  /** What the lists of large objects say, by name. */
  readonly lists: ReadonlyMap<string, string>;
  readonly toc: Buffer;
};

/** What is inside the tar of a parallel dump; every file that it names is looked for. */
export async function readTarContents(options: DumpContentsOptions): Promise<readonly ContentsEntry[]> {
  const isShort = options.withSizes === false;
  const tar = await readFiles(options.source, isShort);
  const toc = await parse(readToc(), new PulledBytes(only(tar.toc)));
  const lines = await asDirectory(tar.toc, (dump) => listEntries(options, dump));
  return describeEntries(lines, toc, toc && !isShort ? sizesOf(toc, tar) : undefined);
}

/** Runs `use` with the table of contents alone, as a dump without its data; of the tar no more is read than that. */
export async function withTocOfTar<T>(
  source: AsyncIterable<Uint8Array>,
  use: (dump: StoredDump) => Promise<T>,
): Promise<T> {
  const { toc } = await readFiles(source, true);
  return asDirectory(toc, use);
}

const asDirectory = <T>(toc: Buffer, use: (dump: StoredDump) => Promise<T>): Promise<T> =>
  withTemporaryFolder(async (folder) => {
    await writeFile(join(folder, TOC_FILE), toc, { mode: 0o600 });
    return use({ format: 'directory', path: folder });
  });

/** All files, or as many as there are until the table of contents, which is usually the first. */
async function readFiles(source: AsyncIterable<Uint8Array>, isShort: boolean): Promise<TarContents> {
  const files = new Map<string, number>();
  const lists = new Map<string, string>();
  let toc: Buffer | undefined;
  const bytes = new PulledBytes(source);
  try {
    for await (const { name, sizeBytes, body } of readTar(bytes, { maxBytes: Number.MAX_SAFE_INTEGER })) {
      files.set(name, sizeBytes);
      if (name === TOC_FILE) toc = await gather(body);
      else if (isLargeObjectList(name)) lists.set(name, (await gather(body)).toString('latin1'));
      if (toc && isShort) break;
    }
  } finally {
    await bytes.close();
  }
  if (!toc) throw notADump(`a tar without ${TOC_FILE}`);
  return { files, lists, toc };
}

function sizesOf(toc: Toc, { files, lists }: TarContents): ReadonlyMap<number, number> {
  assertComplete([...filesOfToc(toc), ...[...lists.values()].flatMap(filesListed)], files);
  const sizes = new Map<number, number>();
  for (const { dumpId, file } of toc.entries) {
    if (file === undefined) continue;
    const list = lists.get(file);
    const data = list === undefined ? [file] : filesListed(list);
    sizes.set(
      dumpId,
      data.reduce((sum, name) => sum + (files.get(name) ?? 0), 0),
    );
  }
  return sizes;
}

async function gather(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let room = MAX_TEXT_BYTES;
  for await (const piece of body) {
    room -= piece.length;
    if (room < 0) throw notADump(`a table of contents of more than ${MAX_TEXT_BYTES} bytes`);
    pieces.push(Buffer.from(piece)); // a copy: a source may use its buffers again
  }
  return Buffer.concat(pieces);
}

async function* only(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
