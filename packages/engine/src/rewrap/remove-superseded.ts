import type { Manifest } from '@holdfast/contracts';
import type { EngineContext } from '../context.ts';
import type { Repository } from '../repository/repository.ts';
import { objectsNamedBy, objectsOf, rewrittenFor } from '../repository/objects-of.ts';
import { manifestKeyOf, manifestKeysOf, revisionOf } from '../repository/revisions.ts';
import type { RewrittenKeys } from './plan-rewrap.ts';

/**
 * What revisions before this one named, and what was written for one that never came to be. Nothing of a higher one: that may
 * be under way.
 */
export async function removeSuperseded(
  { storage }: Pick<Repository, 'storage'>,
  next: Manifest,
  revision: number,
): Promise<void> {
  const { database, name } = next.backup;
  const manifests = await manifestKeysOf(storage, manifestKeyOf(next.backup));
  const before = manifests.filter((key) => (revisionOf(key) ?? 0) < revision);
  const old = new Set((await objectsNamedBy(storage, before)).map(({ key }) => key));
  for await (const { key } of storage.list(`${database}/${name}.`))
    if ((rewrittenFor(key) ?? Infinity) <= revision) old.add(key);
  for (const { key } of objectsOf(next)) old.delete(key);
  for (const key of old) await storage.remove(key);
}

/** Objects that became no backup's. */
export async function removeRewritten(
  { repository: { storage } }: Pick<EngineContext, 'repository'>,
  { data, globals }: RewrittenKeys,
): Promise<void> {
  try {
    await storage.remove(data);
    if (globals !== undefined) await storage.remove(globals);
  } catch {
    // The failure that brought us here is the one to tell; the next change of recipients removes what stays.
  }
}
