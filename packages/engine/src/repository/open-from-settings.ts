import { localStorage, openStorage, withRetry, withThrottle, type Storage } from '@holdfast/storage';
import { openKeyRing, type KeySettings } from '../keys/open-key-ring.ts';
import { withCopies } from '../copy/with-copies.ts';
import { destinationsOf } from './destinations.ts';
import type { DestinationSettings, PlannedDestination } from './plan-destinations.ts';
import { openRepository, type Repository } from './repository.ts';

export type RepositorySettings = KeySettings &
  DestinationSettings & {
    /** Bytes a second, to and from each destination. */
    readonly BACKUP_MAX_RATE?: number | undefined;
  };

/**
 * The repository that the settings describe, with its keys: the primary destination, and the others as places of copies.
 * Those are opened when they are first needed: one that is away stops no service.
 */
export async function openRepositoryOf(settings: RepositorySettings): Promise<Repository> {
  const [primary, ...others] = destinationsOf(settings);
  const open = async (destination: PlannedDestination): Promise<Repository> => {
    const storage = await openDestination(destination, settings);
    return openRepository(storage, openKeyRing(settings, storage));
  };
  const copies = others.map((other) => ({ id: other.id, open: openedOnce(() => open(other)) }));
  return withCopies(await open(primary), copies);
}

/** What was opened is kept; after a failure it is tried anew. */
function openedOnce<T>(open: () => Promise<T>): () => Promise<T> {
  let opened: Promise<T> | undefined;
  return async () => {
    try {
      return await (opened ??= open());
    } catch (error) {
      opened = undefined;
      throw error;
    }
  };
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
