import { join } from 'node:path';
import { collectChild, type Collected } from '../child/collect-child.ts';
import { BARE_ENVIRONMENT } from '../child/connection-environment.ts';
import { startChild } from '../child/start-child.ts';
import type { Tools } from '../tools/tools.ts';
import { feedInput, inputArguments, inputStdin, type DumpInput } from './dump-input.ts';

/** A text of half a gigabyte is beyond what a string may hold; no table of contents comes near. */
const MAX_TEXT_BYTES = 256 * 1024 * 1024;

/**
 * What pg_restore writes of a dump's table of contents, with no server and in an empty environment. The source is read
 * no further than it reads; the source's own error wins. How it ended is the caller's to judge.
 */
export async function askPgRestore(
  options: { readonly tools: Tools; readonly signal: AbortSignal },
  input: DumpInput,
  args: readonly string[],
): Promise<Collected> {
  const stop = new AbortController();
  const child = startChild({
    file: join(options.tools.dir, 'pg_restore'),
    args: [...args, ...inputArguments(input)],
    environment: BARE_ENVIRONMENT,
    signal: AbortSignal.any([options.signal, stop.signal]),
    stdout: 'pipe',
    ...inputStdin(input),
  });
  const limits = { maxBytes: MAX_TEXT_BYTES, stop: (reason: Error) => stop.abort(reason) };
  const collecting = collectChild(child, limits);
  collecting.catch(() => undefined); // awaited below; the source's error comes first
  await feedInput(child, input, { ...limits, readToEnd: false });
  return collecting;
}
