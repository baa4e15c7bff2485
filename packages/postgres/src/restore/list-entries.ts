import { PostgresError } from '../postgres-error.ts';
import type { Tools } from '../tools/tools.ts';
import { askPgRestore } from './ask-pg-restore.ts';
import type { DumpInput } from './dump-input.ts';
import { judgeRestoreFailure } from './judge-restore-failure.ts';

/**
 * The lines of `pg_restore --list`, of all entries or those that `selection`, arguments of pg_restore, picks. Throws
 * invalid_backup or archive_truncated, invalid_request when a name is not there; the source's own error wins.
 */
export async function listEntries(
  options: { readonly tools: Tools; readonly signal: AbortSignal },
  input: DumpInput,
  selection: readonly string[] = [],
): Promise<readonly string[]> {
  const end = await askPgRestore(options, input, ['--list', '--strict-names', ...selection]);
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
