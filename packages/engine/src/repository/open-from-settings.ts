import { localStorage, openStorage, withRetry, withThrottle, type Storage } from '@holdfast/storage';
import { openKeyRing, type KeySettings } from '../keys/open-key-ring.ts';
import { planDestinations, type DestinationSettings, type PlannedDestination } from './plan-destinations.ts';
import { openRepository, type Repository } from './repository.ts';

export type RepositorySettings = KeySettings &
  DestinationSettings & {
    /** Bytes a second, to and from each destination. */
    readonly BACKUP_MAX_RATE?: number | undefined;
  };

/** The repository that the settings describe, with its keys: the primary destination. */
export async function openRepositoryOf(settings: RepositorySettings): Promise<Repository> {
  const [primary] = planDestinations(settings);
  const storage = await openDestination(primary, settings);
  return openRepository(storage, openKeyRing(settings, storage));
}

export async function openDestination(
  destination: PlannedDestination,
  { BACKUP_MAX_RATE: maxBytesPerSecond }: Pick<RepositorySettings, 'BACKUP_MAX_RATE'>,
): Promise<Storage> {
  const opened =
    'dir' in destination ? localStorage({ dir: destination.dir }) : await openStorage(destination.url);
  const storage = withRetry(opened);
  return maxBytesPerSecond === undefined ? storage : withThrottle(storage, { maxBytesPerSecond });
}
