import type { Manifest } from '@holdfast/contracts';
import { lineageOf } from '../repository/backup-chain.ts';
import { assertPresent } from '../repository/read-dump.ts';
import type { Repository } from '../repository/repository.ts';

/** Cheap, by names and sizes alone: the backup and all that it builds on is in this place. */
export async function assertLineagePresent(place: Repository, manifest: Manifest): Promise<void> {
  for (const { data } of await lineageOf(place, manifest)) await assertPresent(place, data);
}
