import { join } from 'node:path';
import { collectChild } from '../child/collect-child.ts';
import { connectChild } from '../child/connect-child.ts';
import type { Target } from '../connection/target.ts';
import type { Tools } from '../tools/tools.ts';
import { assertDumped } from './start-dump.ts';

/** A text of half a gigabyte is beyond what a string may hold; no schema comes near. */
const MAX_TEXT_BYTES = 256 * 1024 * 1024;

/** What pg_dump or pg_dumpall writes, when it is text and small. Fails as a dump fails. */
export async function dumpText(
  program: 'pg_dump' | 'pg_dumpall',
  args: readonly string[],
  options: { readonly target: Target; readonly tools: Tools; readonly signal: AbortSignal },
): Promise<string> {
  const stop = new AbortController();
  const child = connectChild(options.target, `holdfast ${program}`, {
    file: join(options.tools.dir, program),
    args: [...args, '--no-password'],
    signal: AbortSignal.any([options.signal, stop.signal]),
    stdout: 'pipe',
  });
  const end = await collectChild(child, {
    maxBytes: MAX_TEXT_BYTES,
    stop: (reason) => stop.abort(reason),
  });
  assertDumped(program, options.target, end);
  return end.stdout.toString('utf8');
}
