import { openIds, type Chain, type IndexKey, type ParentIds } from '@holdfast/archive';
import { HoldfastError, type Manifest } from '@holdfast/contracts';
import type { EngineContext } from '../context.ts';
import { openBackupChain } from '../repository/backup-chain.ts';
import { assertPresent, checkedBytes } from '../repository/read-dump.ts';

/** A parent that can be read, or the ids of its chunks. */
export type OpenedParent = { readonly chain: Chain } | { readonly ids: ParentIds };

/** `lineage`: the parent and its ancestors, nearest first. Throws what says that the parent cannot be built on. */
export async function openParent(
  context: EngineContext,
  parent: Manifest,
  lineage: readonly Manifest[],
  indexKey: IndexKey | undefined,
): Promise<OpenedParent> {
  return indexKey
    ? { ids: await openParentIds(context, parent, lineage, indexKey) }
    : { chain: await openBackupChain(context.repository, lineage) };
}

async function openParentIds(
  { repository, signal }: EngineContext,
  { backup, ids }: Manifest,
  lineage: readonly Manifest[],
  key: IndexKey,
): Promise<ParentIds> {
  if (!ids) throw new HoldfastError('data_missing', `${backup.filename} has no chunk ids.`);
  // What is in these files stays unseen here: that they are there, and whole by their size, is all that can be asked.
  for (const { data } of lineage) await assertPresent(repository, data);
  const opened = await openIds(checkedBytes(repository, { data: ids }, signal), {
    archiveId: backup.run,
    key,
  });
  const named = opened.lineage.map(({ archiveId }) => archiveId).join();
  if (named === lineage.map(({ backup: { run } }) => run).join()) return opened;
  throw new HoldfastError(
    'parent_changed',
    `The chunk ids of ${backup.filename} name other ancestors than its manifest. Use another backup.`,
  );
}
