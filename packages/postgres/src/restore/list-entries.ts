import { join } from 'node:path';
import { collectChild } from '../child/collect-child.ts';
import { BARE_ENVIRONMENT } from '../child/connection-environment.ts';
import { startChild } from '../child/start-child.ts';
import { PostgresError } from '../postgres-error.ts';
import type { Tools } from '../tools/tools.ts';
import { feedInput, inputArguments, inputStdin, type DumpInput } from './dump-input.ts';
import { judgeRestoreFailure } from './judge-restore-failure.ts';

const MAX_LIST_BYTES = 256 * 1024 * 1024;

/**
 * The lines of `pg_restore --list`, of all entries or those that `selection`, arguments of pg_restore, picks. Throws
 * invalid_backup or archive_truncated, invalid_request when a name is not there; the source's own error wins.
 */
export async function listEntries(
  options: { readonly tools: Tools; readonly signal: AbortSignal },
  input: DumpInput,
  selection: readonly string[] = [],
): Promise<readonly string[]> {
  const stop = new AbortController();
  const child = startChild({
    file: join(options.tools.dir, 'pg_restore'),
    args: ['--list', '--strict-names', ...selection, ...inputArguments(input)],
    environment: BARE_ENVIRONMENT,
    signal: AbortSignal.any([options.signal, stop.signal]),
    stdout: 'pipe',
    ...inputStdin(input),
  });
  const limits = { maxBytes: MAX_LIST_BYTES, stop: (reason: Error) => stop.abort(reason) };
  const collecting = collectChild(child, limits);
  collecting.catch(() => undefined); // awaited below; the source's error comes first
  await feedInput(child, input, { ...limits, readToEnd: false });
  const end = await collecting;
  const missing = /^pg_restore: error: ((?:schema|table) ".*") not found$/ms.exec(end.stderr)?.[1];
  if (missing !== undefined) throw notInDump(missing);
  if (end.code !== 0) throw judgeRestoreFailure('the table of contents', end);
  return end.stdout
    .toString('utf8')
    .split('\n')
    .filter((line) => /^\d+; /.test(line));
}

const notInDump = (what: string): PostgresError =>
  new PostgresError(
    'invalid_request',
    `The dump holds no ${what}; a restore takes exact names: look what the backup contains and correct the selection.`,
  );
