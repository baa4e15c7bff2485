import { failureOf, HoldfastError } from '@holdfast/contracts';
import { checkedBytes, type ManifestObject } from '../repository/read-dump.ts';
import type { Repository } from '../repository/repository.ts';
import type { CopyContext } from './copy-backup.ts';

/**
 * One object, hashed on the way: it appears in the place only when it is what the manifest says. Whole and there already it
 * is left alone, a wrong leftover is replaced. Answers the bytes that were sent.
 */
export async function copyObject(
  context: CopyContext,
  object: ManifestObject,
  place: Repository,
): Promise<number> {
  const { repository, signal } = context;
  const { key, sizeBytes } = object;
  const leftover = await leftoverOf(place, object, signal);
  if (leftover === 'whole') return 0;
  if (leftover === 'wrong') await place.storage.remove(key);
  const onBytes = (sent: number): void =>
    context.onProgress?.({ phase: 'copying', rawBytes: sent, storedBytes: sent, estimatedBytes: sizeBytes });
  try {
    await place.storage.put(key, checkedBytes(repository, { data: object }, signal, onBytes), { signal });
  } catch (error) {
    const isBrought = failureOf(error).code === 'name_taken' && (await leftoverOf(place, object, signal));
    if (isBrought === 'whole') return 0; // another worker was first
    throw error;
  }
  // A write that was cut silently shows only here.
  const keptBytes = (await place.storage.head(key))?.sizeBytes ?? 0;
  if (keptBytes === sizeBytes) return sizeBytes;
  await place.storage.remove(key);
  throw new HoldfastError(
    'storage_failed',
    `${place.storage.location} kept ${keptBytes} of ${sizeBytes} bytes of ${key}; check the storage, then try again.`,
  );
}

/** What an earlier attempt left under that name. Reading it costs less than sending it again, and no more. */
async function leftoverOf(
  place: Repository,
  object: ManifestObject,
  signal: AbortSignal,
): Promise<'none' | 'wrong' | 'whole'> {
  if (!(await place.storage.head(object.key))) return 'none';
  try {
    for await (const bytes of checkedBytes(place, { data: object }, signal)) if (bytes.length === 0) continue;
    return 'whole';
  } catch (error) {
    const { code } = failureOf(error);
    if (code === 'archive_corrupt' || code === 'archive_truncated') return 'wrong';
    throw error;
  }
}
