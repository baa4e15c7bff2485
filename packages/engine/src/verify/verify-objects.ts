import { failureOf, type Manifest } from '@holdfast/contracts';
import { objectsOf } from '../repository/objects-of.ts';
import { checkedBytes, type ManifestObject } from '../repository/read-dump.ts';
import { manifestKeyOf, type Repository } from '../repository/repository.ts';
import { asItIs, manifestInForce } from '../repository/revisions.ts';

/** One object of a backup, read to its end. */
export type ObjectResult = {
  readonly object: ManifestObject;
  readonly outcome: 'good' | 'damaged' | 'missing';
  /** What is wrong with it. */
  readonly detail?: string;
};

/**
 * Reads every byte of what this backup alone has stored (not what it builds on), a result for each object. Undefined when
 * the backup was deleted meanwhile. Throws only when the storage fails, or `signal` aborts.
 */
export async function verifyObjects(
  repository: Repository,
  manifest: Manifest,
  signal: AbortSignal,
  onBytes?: (bytes: number) => void,
): Promise<readonly ObjectResult[] | undefined> {
  const results: ObjectResult[] = [];
  for (const object of objectsOf(await asItIs(repository.storage, manifest)))
    results.push(await verifyObject(repository, object, signal, onBytes));
  const isBad = results.some(({ outcome }) => outcome !== 'good');
  if (isBad && !(await manifestInForce(repository.storage, manifestKeyOf(manifest.backup)))) return undefined;
  return results;
}

/** One of them. */
export async function verifyObject(
  repository: Repository,
  object: ManifestObject,
  signal: AbortSignal,
  onBytes?: (bytes: number) => void,
): Promise<ObjectResult> {
  try {
    let before = 0;
    for await (const bytes of checkedBytes(repository, { data: object }, signal, (seen) => {
      onBytes?.(seen - before);
      before = seen;
    })) {
      if (bytes.length === 0) continue;
    }
    return { object, outcome: 'good' };
  } catch (error) {
    const { code, message: detail } = failureOf(error);
    if (code === 'data_missing' || code === 'object_missing') return { object, outcome: 'missing', detail };
    if (code === 'archive_corrupt' || code === 'archive_truncated')
      return { object, outcome: 'damaged', detail };
    throw error;
  }
}
