import type { Repository } from '@holdfast/engine';
import type { RunDependencies } from '@holdfast/runs';
import type { Logger } from '@holdfast/service-kit';
import type { ValidatorSettings } from './config.ts';

export const SOURCE = '/holdfast/validator';

/** What every feature of this service works with. */
export type ValidatorDependencies = RunDependencies & {
  readonly repository: Repository;
  readonly settings: ValidatorSettings;
  readonly release: string;
  readonly log: Logger;
};
