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
  readonly onProgress?: ((progress: EngineProgress) => void) | undefined;
};
