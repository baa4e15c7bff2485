import { failureOf, type Manifest } from '@holdfast/contracts';
import type { Storage } from '@holdfast/storage';
import type { ManifestObject } from './read-dump.ts';
import { readManifestAt } from './revisions.ts';

/** What a manifest names, and a removal takes away with it. */
export const objectsOf = ({ data, globals, ids }: Manifest): readonly ManifestObject[] => [
  data,
  ...(globals ? [globals] : []),
  ...(ids ? [ids] : []),
];

/** What any of these manifests names. What a damaged one named cannot be known. */
export async function objectsNamedBy(
  storage: Storage,
  manifestKeys: readonly string[],
): Promise<readonly ManifestObject[]> {
  const objects: ManifestObject[] = [];
  for (const key of manifestKeys) {
    const manifest = await readIfGood(storage, key);
    if (manifest) objects.push(...objectsOf(manifest));
  }
  return objects;
}

const REWRITTEN = /\.r(?<revision>\d+)-[0-9a-f]+\.[^/]+$/;

/** The revision that an object was written anew for; undefined for those that a backup's own attempts wrote. */
export function rewrittenFor(key: string): number | undefined {
  const revision = REWRITTEN.exec(key)?.groups?.['revision'];
  return revision === undefined ? undefined : Number(revision);
}

async function readIfGood(storage: Storage, key: string): Promise<Manifest | undefined> {
  try {
    return await readManifestAt(storage, key);
  } catch (error) {
    if (['manifest_invalid', 'object_missing'].includes(failureOf(error).code)) return undefined;
    throw error;
  }
}
