import type { Readable } from 'node:stream';
import { join } from 'node:path';
import { BARE_ENVIRONMENT } from '../child/connection-environment.ts';
import { startChild, type ChildEnd } from '../child/start-child.ts';
import { describeTarget } from '../connection/target.ts';
import { feedInput, inputArguments, inputStdin, type DumpInput } from './dump-input.ts';
import { judgeRestoreFailure } from './judge-restore-failure.ts';
import type { RestoreOptions } from './restore-dump.ts';
import { restorePlainSql } from './restore-plain-sql.ts';
import { tolerateDrops } from './tolerate-drops.ts';

/**
 * Drops what the dump holds and makes it anew, in one transaction. pg_restore writes its script and psql runs it:
 * connected itself, pg_restore would stop at the first DROP that the server need not do.
 */
export async function restoreInPlace(
  options: Omit<RestoreOptions, 'source'>,
  input: DumpInput,
  scriptArguments: readonly string[],
): Promise<void> {
  const stop = new AbortController();
  const child = startChild({
    file: join(options.tools.dir, 'pg_restore'),
    args: ['--file=-', '--clean', '--if-exists', ...scriptArguments, ...inputArguments(input)],
    environment: BARE_ENVIRONMENT,
    signal: AbortSignal.any([options.signal, stop.signal]),
    stdout: 'pipe',
    ...inputStdin(input),
  });
  const feeding = feedInput(child, input, {
    stop: (reason) => stop.abort(reason),
    onBytes: options.onProgress,
  });
  feeding.catch(() => undefined); // awaited by the script, which ends with it
  try {
    const script = scriptOf(child.stdout as Readable, feeding, options); // asked for as a pipe above
    await restorePlainSql({ ...options, source: tolerateDrops(script) });
  } finally {
    stop.abort(new Error('the script is no longer wanted'));
    await feeding.catch(() => undefined); // told above when it mattered; here only the child's end is awaited
  }
}

/** Ends normally only when pg_restore did: half a script is never committed. */
async function* scriptOf(
  stdout: Readable,
  feeding: Promise<ChildEnd>,
  options: Omit<RestoreOptions, 'source'>,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const bytes of stdout) yield bytes as Uint8Array; // a stream without an encoding yields buffers
  } catch (error) {
    await feeding; // its error is the reason why the stream broke
    throw error;
  }
  const end = await feeding;
  if (end.code !== 0) throw judgeRestoreFailure(describeTarget(options.target), end);
}
