import type { Manifest } from '@holdfast/contracts';
import { copyObject } from '../copy/copy-object.ts';
import { readIfReadable } from '../copy/read-if-readable.ts';
import { objectsOf } from '../repository/objects-of.ts';
import type { ManifestObject } from '../repository/read-dump.ts';
import { manifestKeyOf, type Repository } from '../repository/repository.ts';
import { verifyObjects } from './verify-objects.ts';

/**
 * Puts a good copy in the place of an object that is damaged or gone: the first of the copies of which every byte is right.
 * A good object is never replaced: it is read once more before. What is wrong is removed only when a good copy was read, and
 * the new one appears whole or not at all. Answers the id of the place it came from; undefined where none has it.
 */
export async function repairObject(
  repository: Repository,
  manifest: Manifest,
  object: ManifestObject,
  signal: AbortSignal,
  onProblem: (error: unknown, doing: string) => void,
): Promise<string | undefined> {
  for (const { id, open } of repository.copies) {
    try {
      const place = await open();
      if (!(await hasGood(place, manifest, object, signal))) continue;
      await copyObject({ repository: place, signal }, object, repository);
      return id;
    } catch (error) {
      signal.throwIfAborted();
      onProblem(error, `repairing ${object.key} from ${id}`);
    }
  }
  return undefined;
}

async function hasGood(
  place: Repository,
  manifest: Manifest,
  { key, sha256 }: ManifestObject,
  signal: AbortSignal,
): Promise<boolean> {
  const copy = await readIfReadable(place, manifestKeyOf(manifest.backup));
  if (!copy || !objectsOf(copy).some((each) => each.key === key && each.sha256 === sha256)) return false;
  const results = await verifyObjects(place, copy, signal);
  return results?.find(({ object }) => object.key === key)?.outcome === 'good';
}
