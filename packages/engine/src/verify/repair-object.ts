import { HoldfastError, type Manifest } from '@holdfast/contracts';
import { readIfReadable } from '../copy/read-if-readable.ts';
import { objectsOf } from '../repository/objects-of.ts';
import { checkedBytes, type ManifestObject } from '../repository/read-dump.ts';
import { manifestKeyOf, type Repository } from '../repository/repository.ts';
import { manifestInForce } from '../repository/revisions.ts';
import { verifyObject, verifyObjects } from './verify-objects.ts';

/**
 * Puts a good copy in the place of an object that is damaged or gone: the first of the copies of which every byte is right.
 * A good object is never replaced: it is read once more before. What is wrong stays until the good one is whole beside it, and
 * goes at that moment. Answers the id of the place it came from; undefined where none has it.
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
      await replaceObject(repository, place, object, signal);
      if (await isStillOf(repository, manifest, object)) return id;
      await repository.storage.remove(object.key); // deleted meanwhile, or made anew for other recipients
      return undefined;
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

async function replaceObject(
  repository: Repository,
  place: Repository,
  object: ManifestObject,
  signal: AbortSignal,
): Promise<void> {
  const { storage } = repository;
  const { key, sizeBytes } = object;
  if ((await verifyObject(repository, object, signal)).outcome === 'good') return;
  await storage.put(key, checkedBytes(place, { data: object }, signal), { signal, replaces: true });
  // A write that was cut silently shows only here.
  const kept = (await storage.head(key))?.sizeBytes ?? 0;
  if (kept === sizeBytes) return;
  throw new HoldfastError(
    'storage_failed',
    `${storage.location} kept ${kept} of ${sizeBytes} bytes of ${key}; check the storage, then verify again.`,
  );
}

async function isStillOf(
  { storage }: Repository,
  { backup }: Manifest,
  { key }: ManifestObject,
): Promise<boolean> {
  const now = (await manifestInForce(storage, manifestKeyOf(backup)))?.manifest;
  return now !== undefined && objectsOf(now).some((each) => each.key === key);
}
