import type { Repository } from '@holdfast/engine';
import type { RunDependencies } from '@holdfast/runs';
import type { Logger } from '@holdfast/service-kit';
import type { RetentionSettings } from './config.ts';

export const SOURCE = '/holdfast/retention';

/** What every feature of this service works with. */
export type RetentionDependencies = RunDependencies & {
  readonly repository: Repository;
  readonly settings: RetentionSettings;
  readonly log: Logger;
};
