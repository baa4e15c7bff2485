import type { Storage } from '@holdfast/storage';
import type { BackupPlace } from '../copy/remove-copy.ts';
import { revisionOf } from '../repository/revisions.ts';

/**
 * Takes a backup out of a place: its manifests first, the lowest revision before the others, then whatever has its name.
 * Interrupted anywhere and done again it ends the same. Looks at no dependents: for who knows that there are none.
 * Writes that never completed are left to the sweep of orphans: not every server can list them. Answers the bytes that became
 * free.
 */
export async function removeAllOf(storage: Storage, { database, name }: BackupPlace): Promise<number> {
  const prefix = `${database}/${name}.`;
  const manifests: string[] = [];
  for await (const { key } of storage.list(`${prefix}manifest.`)) manifests.push(key);
  manifests.sort((a, b) => (revisionOf(a) ?? 0) - (revisionOf(b) ?? 0));
  for (const key of manifests) await storage.remove(key);
  let freedBytes = 0;
  for await (const { key, sizeBytes } of storage.list(prefix))
    if (await storage.remove(key)) freedBytes += sizeBytes;
  return freedBytes;
}
