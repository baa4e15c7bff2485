import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { join } from 'node:path';
import { connectChild } from '../child/connect-child.ts';
import type { OutputPipe } from '../child/output-pipe.ts';
import type { Child, ChildEnd } from '../child/start-child.ts';
import { withLargeOutput } from '../child/with-large-output.ts';
import { describeTarget, type Target } from '../connection/target.ts';
import { dumpSelectionArguments, type Selection } from '../selection/selection.ts';
import type { Tools } from '../tools/tools.ts';
import { dumpApplicationName } from './application-name.ts';
import { judgeDumpFailure } from './judge-dump-failure.ts';

export type DumpOptions = {
  readonly target: Target;
  readonly tools: Tools;
  readonly snapshotId: string;
  /** How long pg_dump waits for the locks on all tables together, before it has written anything. */
  readonly lockTimeoutMs: number;
  readonly signal: AbortSignal;
  readonly applicationName: string;
  /** [everything] */
  readonly selection?: Selection;
};

export type Dump = {
  /** pg_dump's custom format, uncompressed. Its end alone says nothing: await `finished`. */
  readonly stdout: Readable;
  /**
   * Settles when pg_dump is gone. Rejects with dump_failed, lock_timeout, insufficient_privilege, …, also when stdout
   * had ended; with the signal's reason when aborted.
   */
  readonly finished: Promise<void>;
  readonly pid: number;
};

/**
 * Starts pg_dump in a snapshot. Everything is dumped, large objects too, unless there is a selection; what the account
 * may not read is an error, and so is a pattern that matches nothing.
 */
export function startDump(options: DumpOptions): Dump {
  const { child, finished } = start(options, 'pipe');
  return { stdout: child.stdout as Readable, finished, pid: child.pid }; // asked for as a pipe above
}

/** The same into a pipe of the caller's, whose write end is closed here. */
export function startDumpInto(output: OutputPipe, options: DumpOptions): Omit<Dump, 'stdout'> {
  try {
    const { child, finished } = start(options, output.writeEnd);
    return { finished, pid: child.pid };
  } finally {
    output.writeEnd.destroy();
  }
}

function start(
  options: DumpOptions,
  stdout: 'pipe' | Socket,
): { readonly child: Child; readonly finished: Promise<void> } {
  const child = connectChild(options.target, dumpApplicationName(options.applicationName), {
    ...withLargeOutput(join(options.tools.dir, 'pg_dump'), [
      '--format=custom',
      '--compress=0',
      `--snapshot=${options.snapshotId}`,
      `--lock-wait-timeout=${options.lockTimeoutMs}`,
      '--no-password',
      ...dumpSelectionArguments(options.selection),
    ]),
    signal: options.signal,
    stdout,
  });
  const finished = child.ended.then((end) => assertDumped('pg_dump', options.target, end));
  finished.catch(() => undefined); // whoever awaits it hears of it, perhaps after the end of the dump's bytes
  return { child, finished };
}

/** Throws unless the program ended well. */
export function assertDumped(program: string, target: Target, end: ChildEnd): void {
  if (end.code !== 0) throw judgeDumpFailure(program, describeTarget(target), end);
}
