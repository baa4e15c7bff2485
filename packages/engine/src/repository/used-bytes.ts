import type { Storage } from '@holdfast/storage';

/** What everything of ours takes at a place: what a quota is counted of. Costs one listing. */
export async function usedBytes(storage: Pick<Storage, 'list'>): Promise<number> {
  let sum = 0;
  for await (const { sizeBytes } of storage.list('')) sum += sizeBytes;
  return sum;
}
