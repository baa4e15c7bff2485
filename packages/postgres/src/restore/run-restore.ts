import { join } from 'node:path';
import { connectChild } from '../child/connect-child.ts';
import { endGroup } from '../child/end-group.ts';
import { quoteConninfo } from '../connection/quote.ts';
import { describeTarget } from '../connection/target.ts';
import { feedInput, inputArguments, inputStdin, type DumpInput } from './dump-input.ts';
import { judgeRestoreFailure, warningsOf } from './judge-restore-failure.ts';
import type { RestoreOptions } from './restore-dump.ts';
import { restoreInPlace } from './restore-in-place.ts';

export type Restored = { readonly warnings: readonly string[] };

/** Runs pg_restore with what `options` ask for and `more` arguments; or, for `clean`, its script. */
export async function runRestore(
  options: Omit<RestoreOptions, 'source'>,
  input: DumpInput,
  more: readonly string[],
): Promise<Restored> {
  const choices = [
    ...(options.noOwner ? ['--no-owner'] : []),
    ...(options.skipPrivileges ? ['--no-privileges'] : []),
    ...(options.skipTablespaces ? ['--no-tablespaces'] : []),
    ...more,
  ];
  if (options.clean) {
    await restoreInPlace(options, input, choices);
    return { warnings: [] };
  }
  const stop = new AbortController();
  const child = connectChild(options.target, 'holdfast pg_restore', {
    file: join(options.tools.dir, 'pg_restore'),
    args: [
      `--dbname=dbname=${quoteConninfo(options.target.database)}`,
      '--exit-on-error',
      '--no-password',
      ...(options.singleTransaction ? ['--single-transaction'] : []),
      ...choices,
      ...inputArguments(input),
    ],
    signal: AbortSignal.any([options.signal, stop.signal]),
    ...inputStdin(input),
  });
  const end = await feedInput(child, input, {
    stop: (reason) => stop.abort(reason),
    onBytes: options.onProgress,
  });
  if (end.code === 0) return { warnings: warningsOf(end.stderr) };
  endGroup(child.pid); // workers, if any
  throw judgeRestoreFailure(describeTarget(options.target), end);
}
