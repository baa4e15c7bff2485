import { failureOf, type Manifest } from '@holdfast/contracts';
import type { Repository } from '../repository/repository.ts';

/** Undefined for a manifest that is damaged, or gone by now; a storage that fails is an error. */
export async function readIfReadable(place: Repository, key: string): Promise<Manifest | undefined> {
  try {
    return await place.readManifest(key);
  } catch (error) {
    const { code } = failureOf(error);
    if (code === 'manifest_invalid' || code === 'object_missing') return undefined;
    throw error;
  }
}
