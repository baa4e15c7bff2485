import { join } from 'node:path';
import { readTocFile } from '../contents/files-named-by.ts';
import { PostgresError } from '../postgres-error.ts';
import { freeBytes, makeScratch } from '../scratch/scratch.ts';
import { sizeInWords } from '../scratch/size-in-words.ts';
import { TOC_FILE } from '../tar/dump-files.ts';
import type { StoredDump } from './dump-input.ts';
import { withListFile } from './list-file.ts';
import { listEntries } from './list-entries.ts';
import type { Listing } from './read-contents.ts';
import type { RestoreOptions } from './restore-dump.ts';
import { runRestore, type Restored } from './run-restore.ts';
import { selectEntries, takesEverything } from './select-entries.ts';
import { unpackTar, writeDump } from './to-scratch.ts';

export type ParallelRestoreOptions = RestoreOptions & {
  /** What `source` is: pg_dump's custom format, or the tar of a parallel dump. */
  readonly kind: 'custom' | 'tar';
  /** Bytes of the source: so much scratch space is needed. A source that has more is invalid_backup. */
  readonly sizeBytes: number;
  readonly scratchDir: string;
  /** Sessions that restore at once. `singleTransaction` and `clean` have one. */
  readonly jobs: number;
};

/**
 * Restores a dump by way of the scratch space, by several sessions at once. Nothing is restored before the source ended
 * well; then as `restoreDump` does, except that what other sessions have done stays when one fails. Throws storage_full
 * before anything when the scratch space is too small; it is cleaned however this ends.
 */
export async function restoreParallel(options: ParallelRestoreOptions): Promise<Restored> {
  const { jobs, scratchDir, sizeBytes, signal } = options;
  if (jobs > 1 && (options.singleTransaction || options.clean)) throw oneJobOnly();
  const free = await freeBytes(scratchDir);
  if (free < sizeBytes) throw tooSmall(scratchDir, sizeBytes, free);
  const scratch = makeScratch(scratchDir);
  try {
    const toScratch = options.kind === 'tar' ? unpackTar : writeDump;
    const input = await toScratch(options, scratch.path);
    signal.throwIfAborted();
    const more = jobs > 1 ? [`--jobs=${jobs}`] : [];
    const quiet = { ...options, onProgress: undefined }; // the source has been taken
    if (takesEverything(options)) return await runRestore(quiet, input, more);
    const kept = await selectEntries(await listingOf(options, input), options);
    return await withListFile(kept, (path) => runRestore(quiet, input, [...more, `--use-list=${path}`]));
  } finally {
    await scratch.remove();
  }
}

async function listingOf(options: ParallelRestoreOptions, input: StoredDump): Promise<Listing> {
  const list = (selection: readonly string[]): Promise<readonly string[]> =>
    listEntries(options, input, selection);
  const tocPath = input.format === 'directory' ? join(input.path, TOC_FILE) : input.path;
  return { entries: await list([]), list, toc: () => readTocFile(tocPath) };
}

const oneJobOnly = (): PostgresError =>
  new PostgresError(
    'invalid_request',
    'A restore in one transaction, or over what is there, is the work of one session; ask for one job.',
  );

const tooSmall = (scratchDir: string, needBytes: number, free: number): PostgresError =>
  new PostgresError(
    'storage_full',
    `The restore needs ${sizeInWords(needBytes)} in the scratch folder ${scratchDir}, where ${sizeInWords(free)} are free; make room there, or name another folder, then try again.`,
  );
