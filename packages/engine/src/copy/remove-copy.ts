import type { BackupSummary } from '@holdfast/contracts';
import type { Repository } from '../repository/repository.ts';

export type BackupPlace = Pick<BackupSummary, 'database' | 'name'>;

/** By its manifest, which alone makes a backup of what is there. */
export async function isBackupIn({ storage }: Repository, backup: BackupPlace): Promise<boolean> {
  for await (const { key } of storage.list(manifestsOf(backup))) return key !== '';
  return false;
}

/** Takes a backup out of a place of copies: its manifest first, then whatever has its name. Idempotent. */
export async function removeCopy(place: Repository, backup: BackupPlace): Promise<void> {
  const { storage } = place;
  for await (const { key } of storage.list(manifestsOf(backup))) await storage.remove(key);
  for await (const { key } of storage.list(objectsOf(backup))) await storage.remove(key);
  await tidyCopy(place, backup);
}

/** Removes writes that never completed. A copy that is under way at that moment fails, and is tried again. */
export async function tidyCopy({ storage }: Repository, backup: BackupPlace): Promise<void> {
  for await (const { key } of storage.leftovers(objectsOf(backup))) await storage.removeLeftover(key);
}

const objectsOf = ({ database, name }: BackupPlace): string => `${database}/${name}.`;
const manifestsOf = (backup: BackupPlace): string => `${objectsOf(backup)}manifest.`;
