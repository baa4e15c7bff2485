import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { heldFiles } from '../child/held-files.ts';
import { filesNamedBy } from '../contents/files-named-by.ts';
import { PostgresError } from '../postgres-error.ts';
import { isDumpFile, TOC_FILE } from '../tar/dump-files.ts';
import { packEnd, packFile } from '../tar/pack-file.ts';
import { Pieces } from '../tar/pieces.ts';
import type { FinishedItem } from './dump-log.ts';

export type RunningDump = {
  readonly folder: string;
  readonly pid: number;
  /** As they come, several at once when they come faster than they are read. Ends when pg_dump does. */
  readonly items: AsyncIterable<readonly FinishedItem[]>;
  readonly finished: Promise<void>;
};

/**
 * The files of a dump as a tar, each removed when it was read. What is reported finished is read at once; the rest at
 * the end, so that nothing depends on what pg_dump reports. Ends only when every file that the dump names was read.
 */
export async function* tarOfDump(dump: RunningDump): AsyncGenerator<Buffer> {
  const { folder } = dump;
  const pieces = new Pieces();
  const packed = new Set<string>();
  const named = new Set<string>([TOC_FILE]);
  async function* pack(name: string): AsyncGenerator<Buffer> {
    for (const file of await filesNamedBy(folder, name)) named.add(file);
    yield* packFile(folder, name, pieces);
    packed.add(name);
  }
  for await (const items of dump.items) {
    for (const name of await closedFiles(dump, items, packed)) yield* pack(name);
  }
  await dump.finished;
  for (const name of await remaining(folder)) yield* pack(name);
  for (const name of named) if (!packed.has(name)) throw missing(name);
  yield* packEnd(pieces);
}

/**
 * The items' files, and the table of contents, which is written before any data. That an item is finished is only a
 * hint: a table's name may hold a line break and then such a line. What nobody holds open is finished, as pg_dump opens
 * a file once; so the files are looked for first, then who holds them.
 */
async function closedFiles(
  dump: RunningDump,
  items: readonly FinishedItem[],
  packed: ReadonlySet<string>,
): Promise<readonly string[]> {
  const there = new Set<string>();
  const lookFor = (name: string): void => {
    if (!packed.has(name) && existsSync(join(dump.folder, name))) there.add(name);
  };
  lookFor(TOC_FILE);
  for (const item of items) for (const name of await filesOf(dump.folder, item)) lookFor(name);
  const held = await heldFiles(dump.pid);
  return held ? [...there].filter((name) => !held.has(join(dump.folder, name))) : [];
}

async function filesOf(folder: string, item: FinishedItem): Promise<readonly string[]> {
  if (item.kind === 'TABLE DATA') return [`${item.dumpId}.dat`];
  for (const list of [`blobs_${item.dumpId}.toc`, 'blobs.toc']) {
    if (existsSync(join(folder, list))) return [list, ...(await filesNamedBy(folder, list))];
  }
  return [];
}

/** The table of contents first, as it would have come. */
async function remaining(folder: string): Promise<readonly string[]> {
  const names = (await readdir(folder)).toSorted();
  const unknown = names.find((name) => !isDumpFile(name));
  if (unknown !== undefined) {
    throw new PostgresError(
      'dump_failed',
      `pg_dump wrote a file of an unknown kind, ${unknown}; dump with one job, which writes no files.`,
    );
  }
  return [...names.filter((name) => name === TOC_FILE), ...names.filter((name) => name !== TOC_FILE)];
}

const missing = (name: string): PostgresError =>
  new PostgresError(
    'dump_failed',
    `The dump's file ${name} is gone from the scratch folder; see that nobody else cleans it, then try again.`,
  );
