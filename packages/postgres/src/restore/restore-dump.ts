import type { Target } from '../connection/target.ts';
import type { Selection } from '../selection/selection.ts';
import type { Tools } from '../tools/tools.ts';
import { withListFile } from './list-file.ts';
import { readContents } from './read-contents.ts';
import { runRestore, type Restored } from './run-restore.ts';
import { selectEntries, takesEverything } from './select-entries.ts';

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
  /** What a superuser alone can make (`isSuperuserContent`) is left out. */
  readonly skipSuperuserContent?: boolean;
  readonly skipPrivileges?: boolean;
  /** Everything goes to the database's own tablespace. */
  readonly skipTablespaces?: boolean;
  /** [everything] Schemas that the target lacks are made. What is selected may need more, such as its types. */
  readonly selection?: Selection;
  /** Bytes of the dump taken so far. */
  readonly onProgress?: (bytes: number) => void;
};

/**
 * Restores a dump, streamed, and stops at the first error: restore_failed names the object and what the server said.
 * Without `singleTransaction` what was done before stays.
 */
export async function restoreDump(options: RestoreOptions): Promise<Restored> {
  const { source } = options;
  if (takesEverything(options)) return runRestore(options, { format: 'custom', source }, []);
  const contents = await readContents(options);
  let kept: readonly string[];
  try {
    kept = await selectEntries(contents, options);
  } catch (error) {
    await contents.close();
    throw error;
  }
  const input = { format: 'custom', source: contents.source } as const;
  return withListFile(kept, (path) => runRestore(options, input, [`--use-list=${path}`]));
}
