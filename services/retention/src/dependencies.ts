import type { Bucket } from '@holdfast/bus';
import type { CatalogueEntry, Pin, storedPolicySchema, Verification } from '@holdfast/contracts';
import type { Repository } from '@holdfast/engine';
import type { RunDependencies } from '@holdfast/runs';
import type { Logger } from '@holdfast/service-kit';
import type { z } from 'zod';
import type { RetentionSettings } from './config.ts';
import type { Measures } from './measures.ts';

export const SOURCE = '/holdfast/retention';

export type StoredPolicy = z.output<typeof storedPolicySchema>;

/** What every feature of this service works with. */
export type RetentionDependencies = RunDependencies & {
  readonly repository: Repository;
  /** Id of the primary destination, for what tells of a place by its id. */
  readonly primaryId: string;
  readonly settings: RetentionSettings;
  readonly log: Logger;
  readonly measures: Measures;
  readonly now: () => Date;
  readonly policies: Bucket<StoredPolicy>;
  readonly pins: Bucket<Pin>;
  readonly verification: Bucket<Verification>;
  readonly catalogue: Bucket<CatalogueEntry>;
};
