import { failureOf } from '@holdfast/contracts';
import { destinationsOf, openDestination, usedBytes } from '@holdfast/engine';
import type { Storage } from '@holdfast/storage';
import type { HealthSettings } from '../config.ts';

/** What a destination said: the room there is, or why nothing can be stored. */
export type Looked = {
  readonly destination: string;
  readonly failure?: string;
  readonly freeBytes?: number;
  readonly usedBytes?: number;
  readonly totalBytes?: number;
};

export interface StorageLook {
  look(): Promise<readonly Looked[]>;
}

/** Looks at every destination with a real write. One that is away is opened anew at the next look. */
export function openStorageLook(settings: HealthSettings): StorageLook {
  const places = destinationsOf(settings).map((destination) => {
    let opened: Storage | undefined;
    return {
      id: destination.id,
      open: async (): Promise<Storage> => (opened ??= await openDestination(destination, settings)),
    };
  });
  const quotaBytes = settings.BACKUP_STORAGE_QUOTA;
  return {
    look: () =>
      Promise.all(
        places.map(async ({ id: destination, open }): Promise<Looked> => {
          try {
            const storage = await open();
            const room = await storage.check();
            // A quota is narrower than the disk, or all that there is.
            if (quotaBytes === undefined) return { destination, ...usedOf(room) };
            const ours = await usedBytes(storage);
            return { destination, ...narrower(usedOf(room), quotaBytes, ours) };
          } catch (error) {
            return { destination, failure: failureOf(error).message };
          }
        }),
      ),
  };
}

type Room = Omit<Looked, 'destination' | 'failure'>;

const usedOf = ({ freeBytes, totalBytes }: { freeBytes?: number; totalBytes?: number }): Room =>
  freeBytes === undefined || totalBytes === undefined
    ? freeBytes === undefined
      ? {}
      : { freeBytes }
    : { freeBytes, totalBytes, usedBytes: totalBytes - freeBytes };

/** Whichever of disk and quota will be full first is the one that counts. */
export function narrower(disk: Room, quotaBytes: number, oursBytes: number): Room {
  const left = Math.max(0, quotaBytes - oursBytes);
  if (disk.freeBytes !== undefined && disk.freeBytes < left) return disk;
  return { freeBytes: left, totalBytes: quotaBytes, usedBytes: oursBytes };
}
