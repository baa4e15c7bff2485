import type { Readable } from 'node:stream';
import { join } from 'node:path';
import { connectChild } from '../child/connect-child.ts';
import type { ChildEnd } from '../child/start-child.ts';
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
    stdout: 'pipe',
  });
  const finished = child.ended.then((end) => assertDumped('pg_dump', options.target, end));
  finished.catch(() => undefined); // whoever awaits it hears of it, perhaps after stdout's end
  return { stdout: child.stdout as Readable, finished, pid: child.pid }; // asked for as a pipe above
}

/** Throws unless the program ended well. */
export function assertDumped(program: string, target: Target, end: ChildEnd): void {
  if (end.code !== 0) throw judgeDumpFailure(program, describeTarget(target), end);
}
