import { tmpdir } from 'node:os';
import { removeStaleScratch } from '@holdfast/postgres';
import type { Progress } from '@holdfast/contracts';
import type { Repository } from './repository/repository.ts';

export type EngineProgress = Pick<
  Progress,
  'phase' | 'rawBytes' | 'storedBytes' | 'estimatedBytes' | 'detail'
>;

/** What every verb needs. `signal` ends it; its reason becomes the error. */
export type EngineContext = {
  readonly repository: Repository;
  /** This process, for manifests and `application_name`. */
  readonly worker: string;
  readonly release: string;
  readonly signal: AbortSignal;
  /** Sessions that dump or restore at once, by way of the scratch folder [1: streamed, without one]. */
  readonly jobs?: number | undefined;
  /** For temporary data [the system's folder for it]. */
  readonly scratchDir?: string | undefined;
  /** How much a file that we did not make may unpack to [1 TB]. */
  readonly foreignMaxBytes?: number | undefined;
  readonly onProgress?: ((progress: EngineProgress) => void) | undefined;
};

/** Removes what processes that died left in the scratch folder; answers the names. Call it when a service starts. */
export const sweepScratch = (settings: {
  readonly BACKUP_SCRATCH_DIR?: string | undefined;
}): Promise<readonly string[]> =>
  removeStaleScratch(scratchDirOf({ scratchDir: settings.BACKUP_SCRATCH_DIR }));

/** Where temporary data of this work goes. */
export const scratchDirOf = ({ scratchDir }: Pick<EngineContext, 'scratchDir'>): string =>
  scratchDir ?? tmpdir();
