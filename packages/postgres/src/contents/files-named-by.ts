import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PulledBytes } from '../bytes/pulled-bytes.ts';
import { filesListed, isLargeObjectList, TOC_FILE } from '../tar/dump-files.ts';
import { parse } from './parsing.ts';
import { readToc, type Toc } from './toc.ts';

/** The files of a dump in the directory format that its file `name` names: its table of contents, or a list of large objects. */
export async function filesNamedBy(folder: string, name: string): Promise<readonly string[]> {
  if (isLargeObjectList(name)) return filesListed(await readFile(join(folder, name), 'latin1'));
  if (name !== TOC_FILE) return [];
  return filesOfToc(await readTocFile(join(folder, name)));
}

export const filesOfToc = (toc: Toc | undefined): readonly string[] =>
  toc?.entries.flatMap(({ file }) => file ?? []) ?? [];

/** The table of contents that a file begins with. */
export async function readTocFile(path: string): Promise<Toc | undefined> {
  const bytes = new PulledBytes(createReadStream(path));
  try {
    return await parse(readToc(), bytes);
  } finally {
    await bytes.close();
  }
}
