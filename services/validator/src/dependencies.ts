import type { Bucket } from '@holdfast/bus';
import type { Verification } from '@holdfast/contracts';
import type { Repository } from '@holdfast/engine';
import type { RunDependencies } from '@holdfast/runs';
import type { Logger } from '@holdfast/service-kit';
import type { ValidatorSettings } from './config.ts';
import type { Measures } from './measures.ts';
import type { Slots } from './validation/slots.ts';

export const SOURCE = '/holdfast/validator';

/** What every feature of this service works with. */
export type ValidatorDependencies = RunDependencies & {
  readonly repository: Repository;
  /** What was last found out about each backup. */
  readonly verifications: Bucket<Verification>;
  readonly measures: Measures;
  /** Of drills: they have a concurrency of their own. */
  readonly drillSlots: Slots;
  readonly settings: ValidatorSettings;
  readonly release: string;
  readonly log: Logger;
};
