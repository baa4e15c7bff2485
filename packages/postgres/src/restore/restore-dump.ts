import { join } from 'node:path';
import { connectChild } from '../child/connect-child.ts';
import { feedChild } from '../child/feed-child.ts';
import { quoteConninfo } from '../connection/quote.ts';
import { describeTarget, type Target } from '../connection/target.ts';
import type { Tools } from '../tools/tools.ts';
import { judgeRestoreFailure, warningsOf } from './judge-restore-failure.ts';
import { readContents } from './read-contents.ts';
import { withListFile } from './list-file.ts';
import { keepEntry } from './plan-entries.ts';
import { restoreInPlace } from './restore-in-place.ts';

export type RestoreOptions = {
  readonly target: Target;
  readonly tools: Tools;
  /** A dump in pg_dump's custom format, uncompressed or not. Its own error wins over what it causes here. */
  readonly source: AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
  /** Everything belongs to the account that restores. */
  readonly noOwner?: boolean;
  /** All of it or nothing. */
  readonly singleTransaction?: boolean;
  /** Drops what the dump holds before making it anew; always in one transaction. */
  readonly clean?: boolean;
  /** Extensions and their comments are there already. */
  readonly skipExtensions?: boolean;
  /** Comments on extensions may be set by their owner alone. */
  readonly skipExtensionComments?: boolean;
  readonly skipPrivileges?: boolean;
  /** Everything goes to the database's own tablespace. */
  readonly skipTablespaces?: boolean;
  /** Bytes of the dump taken so far. */
  readonly onProgress?: (bytes: number) => void;
};

/**
 * Restores a dump, streamed, and stops at the first error: restore_failed names the object and what the server said.
 * Without `singleTransaction` what was done before stays.
 */
export async function restoreDump(
  options: RestoreOptions,
): Promise<{ readonly warnings: readonly string[] }> {
  if (!options.skipExtensions && !options.skipExtensionComments) return restore(options, options.source, []);
  const contents = await readContents(options);
  const kept = contents.entries.filter((entry) => keepEntry(entry, options));
  return withListFile(kept, (path) => restore(options, contents.source, [`--use-list=${path}`]));
}

async function restore(
  options: RestoreOptions,
  source: AsyncIterable<Uint8Array>,
  listArguments: readonly string[],
): Promise<{ readonly warnings: readonly string[] }> {
  const selection = [
    ...(options.noOwner ? ['--no-owner'] : []),
    ...(options.skipPrivileges ? ['--no-privileges'] : []),
    ...(options.skipTablespaces ? ['--no-tablespaces'] : []),
    ...listArguments,
  ];
  if (options.clean) {
    await restoreInPlace(options, source, selection);
    return { warnings: [] };
  }
  const stop = new AbortController();
  const child = connectChild(options.target, 'holdfast pg_restore', {
    file: join(options.tools.dir, 'pg_restore'),
    args: [
      '--format=custom',
      `--dbname=dbname=${quoteConninfo(options.target.database)}`,
      '--exit-on-error',
      '--no-password',
      ...(options.singleTransaction ? ['--single-transaction'] : []),
      ...selection,
    ],
    signal: AbortSignal.any([options.signal, stop.signal]),
    stdin: 'pipe',
  });
  const end = await feedChild(child, source, {
    stop: (reason) => stop.abort(reason),
    onBytes: options.onProgress,
  });
  if (end.code !== 0) throw judgeRestoreFailure(describeTarget(options.target), end);
  return { warnings: warningsOf(end.stderr) };
}
