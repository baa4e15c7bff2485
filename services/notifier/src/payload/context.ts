import type { BackupSummary } from '@holdfast/contracts';

/** One backup that went before, for comparison. */
export type Earlier = Pick<BackupSummary, 'run' | 'type' | 'createdAt' | 'sizeBytes' | 'durationMs'>;

/** What is known beside the event. */
export type Context = {
  readonly consoleUrl?: string | undefined;
  /** Of the same database, in any order. */
  readonly earlier: readonly Earlier[];
  /** The schedule that the run is an occurrence of. */
  readonly schedule?: string | undefined;
};
