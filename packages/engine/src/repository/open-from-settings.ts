import { localStorage } from '@holdfast/storage';
import { openKeyRing, type KeySettings } from '../keys/open-key-ring.ts';
import { openRepository, type Repository } from './repository.ts';

export type RepositorySettings = KeySettings & { readonly BACKUP_DIR: string };

/** The repository that the settings describe, with its keys. */
export function openRepositoryOf(settings: RepositorySettings): Repository {
  const storage = localStorage({ dir: settings.BACKUP_DIR });
  return openRepository(storage, openKeyRing(settings, storage));
}
