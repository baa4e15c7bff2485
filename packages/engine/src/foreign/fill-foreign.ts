import type { ForeignBackup } from '@holdfast/contracts';
import { restoreDump, restorePlainSql, type Selection, type Target, type Tools } from '@holdfast/postgres';
import type { EngineContext } from '../context.ts';
import { toolsFor } from '../tools.ts';
import { readForeign, type ForeignKind } from './read-foreign.ts';

export type FillForeignOptions = {
  readonly target: Target;
  /** That fit the server. */
  readonly tools: Tools;
  /** Whether everything is to belong to the account that restores, without grants; plain SQL is as it is. */
  readonly withoutOwners: boolean;
  /** Comments on extensions may be set by their owner alone. */
  readonly skipExtensionComments?: boolean;
  /** Drops first what the file holds; pg_dump's custom format only. */
  readonly clean?: boolean;
  /** A part of what the file holds; pg_dump's custom format only. */
  readonly selection?: Selection;
};

/** Restores the file into `target`, in one transaction, up to the first error. Answers pg_restore's warnings. */
export async function fillForeign(
  context: EngineContext,
  file: ForeignBackup,
  { kind, toolsVersion }: ForeignKind,
  options: FillForeignOptions,
): Promise<readonly string[]> {
  const { target, withoutOwners, clean = false, skipExtensionComments = false, selection } = options;
  const source = readForeign(context, file, (storedBytes) =>
    context.onProgress?.({
      phase: 'restoring',
      rawBytes: storedBytes,
      storedBytes,
      estimatedBytes: file.sizeBytes,
    }),
  );
  const common = { target, source, signal: context.signal };
  if (kind === 'plain') {
    await restorePlainSql({ ...common, tools: options.tools });
    return [];
  }
  const areOldEnough = options.tools.major * 10_000 >= toolsVersion;
  const { warnings } = await restoreDump({
    ...common,
    tools: areOldEnough ? options.tools : await toolsFor(toolsVersion),
    noOwner: withoutOwners,
    skipPrivileges: withoutOwners,
    skipExtensionComments,
    singleTransaction: true,
    clean,
    ...(selection ? { selection } : {}),
  });
  return warnings;
}
