import type { Manifest } from '@holdfast/contracts';
import type { Storage } from '@holdfast/storage';
import type { Repository } from '../repository/repository.ts';
import { groupManifests } from '../repository/revisions.ts';
import { readIfReadable } from './read-if-readable.ts';

/**
 * The repository's backups that a place lacks, or has as they were before, the oldest first. Looks at names alone, so that it
 * costs two listings.
 */
export async function missingIn(repository: Repository, place: Repository): Promise<readonly Manifest[]> {
  const there = new Set([...(await manifestKeysIn(place.storage)).values()].flat());
  const missing: Manifest[] = [];
  for (const [key, [newest]] of await manifestKeysIn(repository.storage)) {
    if (newest === undefined || there.has(newest)) continue;
    // What cannot be read cannot be copied, and validation tells of it.
    const manifest = await readIfReadable(repository, key);
    if (manifest) missing.push(manifest);
  }
  return missing.sort((a, b) => a.backup.createdAt.localeCompare(b.backup.createdAt));
}

async function manifestKeysIn(storage: Storage): Promise<ReturnType<typeof groupManifests>> {
  const keys: string[] = [];
  for await (const { key } of storage.list('')) keys.push(key);
  return groupManifests(keys);
}
