import type { ParsedName } from '@holdfast/contracts';
import { manifestKeyOf, type Repository } from '../repository/repository.ts';

/** Takes a backup out of a place of copies: the manifest first, then whatever has its name. Idempotent. */
export async function removeCopy(place: Repository, name: ParsedName): Promise<void> {
  const { storage } = place;
  await storage.remove(manifestKeyOf(name));
  for await (const { key } of storage.list(prefixOf(name))) await storage.remove(key);
  await tidyCopy(place, name);
}

/** Removes writes that never completed. A copy that is under way at that moment fails, and is tried again. */
export async function tidyCopy({ storage }: Repository, name: ParsedName): Promise<void> {
  for await (const { key } of storage.leftovers(prefixOf(name))) await storage.removeLeftover(key);
}

const prefixOf = ({ database, name }: ParsedName): string => `${database}/${name}.`;
