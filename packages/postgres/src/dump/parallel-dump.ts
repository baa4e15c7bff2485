import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { connectChild } from '../child/connect-child.ts';
import { endGroup } from '../child/end-group.ts';
import type { Child } from '../child/start-child.ts';
import { withJoinedOutput } from '../child/with-joined-output.ts';
import { describeTarget } from '../connection/target.ts';
import { PostgresError } from '../postgres-error.ts';
import { isScratchFull } from '../scratch/judge-scratch-full.ts';
import { scratchFull } from '../scratch/scratch-failure.ts';
import { makeScratch, type Scratch } from '../scratch/scratch.ts';
import { dumpSelectionArguments } from '../selection/selection.ts';
import { dumpApplicationName } from './application-name.ts';
import { listenToDump, type DumpListener } from './listen-to-dump.ts';
import { assertDumped, type DumpOptions } from './start-dump.ts';
import { tarOfDump } from './tar-of-dump.ts';

export type ParallelDumpOptions = DumpOptions & {
  /** Sessions of pg_dump that read at once; one more leads them. */
  readonly jobs: number;
  /** Where the dump's files lie until they are read: up to the whole dump (`scratchNeed`). Made when missing. */
  readonly scratchDir: string;
};

export type ParallelDump = {
  /**
   * pg_dump's directory format, uncompressed, as a tar, in pieces of 256 KiB: the table of contents, then files as
   * they are finished. Ends only when pg_dump ended well and everything was given; else fails as `finished` does, or
   * with storage_full when the scratch space is. Read it once; leaving it early ends pg_dump.
   */
  readonly bytes: AsyncIterable<Uint8Array>;
  /**
   * Settles when pg_dump is gone, which is before the end of `bytes`; rejects as that of `startDump` does. The scratch
   * folder goes with the end of `bytes`, a failure or an abort, whichever is first.
   */
  readonly finished: Promise<void>;
  readonly pid: number;
};

/**
 * Starts a parallel pg_dump in a snapshot. It writes files as fast as it can; they are read and removed meanwhile, and
 * only the scratch space bounds how far it may be ahead.
 */
export function startParallelDump(options: ParallelDumpOptions): ParallelDump {
  const { signal } = options;
  const selection = dumpSelectionArguments(options.selection);
  signal.throwIfAborted();
  const scratch = makeScratch(options.scratchDir);
  const stop = new AbortController();
  const child = startInto(scratch, options, selection, AbortSignal.any([signal, stop.signal]));
  const listener = listenToDump(child.stdout as Readable); // asked for as a pipe
  const finished = endOf(child, listener, scratch, options);
  finished.catch(() => undefined); // whoever awaits it hears of it, perhaps after the end of `bytes`

  // For a pg_dump that ended well and whose bytes nobody reads any more. `bytes`, when read on, removes it as well.
  const removeAfterEnd = (): void => void finished.then(scratch.remove).catch(() => undefined);
  signal.addEventListener('abort', removeAfterEnd, { once: true });

  async function* bytes(): AsyncGenerator<Uint8Array> {
    try {
      for await (const piece of tarOfDump({ ...listener, folder: scratch.path, pid: child.pid, finished })) {
        signal.throwIfAborted();
        yield piece;
      }
    } catch (error) {
      stop.abort(error);
      await finished; // its failure, if any, caused the one here
      throw signal.aborted ? signal.reason : error;
    } finally {
      stop.abort(leftEarly(options));
      await finished.catch(() => undefined); // told above when it mattered
      await scratch.remove();
      signal.removeEventListener('abort', removeAfterEnd);
    }
  }
  return { bytes: bytes(), finished, pid: child.pid };
}

function startInto(
  scratch: Scratch,
  options: ParallelDumpOptions,
  selection: readonly string[],
  signal: AbortSignal,
): Child {
  const pgDump = withJoinedOutput(join(options.tools.dir, 'pg_dump'), [
    '--format=directory',
    `--file=${scratch.path}`,
    `--jobs=${options.jobs}`,
    '--compress=0',
    '--verbose',
    '--no-sync', // what is read and removed at once need not be on disk
    `--snapshot=${options.snapshotId}`,
    `--lock-wait-timeout=${options.lockTimeoutMs}`,
    '--no-password',
    ...selection,
  ]);
  try {
    const name = dumpApplicationName(options.applicationName);
    return connectChild(options.target, name, { ...pgDump, signal, stdout: 'pipe' });
  } catch (error) {
    void scratch.remove().catch(() => undefined); // an empty folder, which a later sweep finds; the error is what counts
    throw error;
  }
}

/** Until pg_dump and all its workers are gone; after a failure so is the folder. */
async function endOf(
  child: Child,
  listener: DumpListener,
  scratch: Scratch,
  options: ParallelDumpOptions,
): Promise<void> {
  try {
    const end = await child.ended;
    if (end.code !== 0) endGroup(child.pid);
    await listener.closed;
    const stderr = listener.complaints();
    if (end.code !== 0 && isScratchFull(stderr)) throw scratchFull(options.scratchDir);
    assertDumped('pg_dump', options.target, { ...end, stderr });
  } catch (error) {
    endGroup(child.pid);
    await scratch.remove();
    throw error;
  }
}

const leftEarly = ({ target }: ParallelDumpOptions): PostgresError =>
  new PostgresError(
    'dump_failed',
    `The dump of ${describeTarget(target)} was not read to its end; look why whoever read it stopped, then try again.`,
  );
