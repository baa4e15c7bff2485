import type { IndexKey } from '@holdfast/archive';
import { failureOf } from '@holdfast/contracts';
import type { KeyRing } from '../keys/key-ring.ts';

export type FoundIndexKey = { readonly indexKey?: IndexKey; readonly warnings: readonly string[] };

/** A key file that is gone or damaged makes backups larger, and must not make them fail. */
export async function findIndexKey(keys: KeyRing): Promise<FoundIndexKey> {
  try {
    const indexKey = await keys.indexKey();
    return { ...(indexKey ? { indexKey } : {}), warnings: [] };
  } catch (error) {
    const { code, message } = failureOf(error);
    if (code === 'internal') throw error;
    return { warnings: [`This backup has no chunk ids: ${message}`] };
  }
}
