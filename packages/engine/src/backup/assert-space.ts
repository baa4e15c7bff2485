import { HoldfastError, type BackupRequest } from '@holdfast/contracts';
import { withClient } from '@holdfast/postgres';
import type { Storage } from '@holdfast/storage';
import type { DatabaseTarget } from '../databases/parse-databases.ts';
import type { Repository } from '../repository/repository.ts';
import { usedBytes } from '../repository/used-bytes.ts';
import { estimateBackupBytes, judgeSpace, type SpaceLimits, type Stored } from './judge-space.ts';

/** Throws storage_nearly_full before anything is begun, where the backup would fill the primary destination. */
export async function assertSpace(
  repository: Repository,
  wanted: { readonly database: DatabaseTarget; readonly request: BackupRequest },
  limits: SpaceLimits,
): Promise<void> {
  await assertRoom(repository.storage, () => estimate(repository, wanted), limits, 'backup');
}

/** Throws storage_nearly_full where that much more would fill a place. */
export async function assertRoom(
  storage: Storage,
  needBytes: () => Promise<number>,
  limits: SpaceLimits,
  stored: Stored,
): Promise<void> {
  const room = await storage.check();
  // Where neither an end nor a quota is known there is nothing to look for.
  if (room.freeBytes === undefined && limits.quotaBytes === undefined) return;
  const ourBytes = limits.quotaBytes === undefined ? undefined : await usedBytes(storage);
  const found = { ...room, location: storage.location, ourBytes };
  const told = judgeSpace(await needBytes(), found, limits, stored);
  if (told !== undefined) throw new HoldfastError('storage_nearly_full', told);
}

async function estimate(
  repository: Repository,
  { database, request }: { readonly database: DatabaseTarget; readonly request: BackupRequest },
): Promise<number> {
  const isPart = request.selection !== undefined;
  const entries = await repository.list({ database: database.id });
  const last = entries.find(
    ({ manifest }) =>
      manifest?.backup.type === request.type && (manifest.backup.selection !== undefined) === isPart,
  );
  const lastBytes = last?.manifest?.backup.sizeBytes;
  return estimateBackupBytes(lastBytes, lastBytes === undefined ? await databaseBytes(database) : 0);
}

/** Of everything in it, as the server counts. */
export const databaseBytes = ({ target }: DatabaseTarget): Promise<number> =>
  withClient(target, async (client) => {
    const { rows } = await client.query<{ size: string }>(
      'select pg_database_size(current_database()) as size',
    );
    return Number(rows[0]?.size ?? 0);
  });
