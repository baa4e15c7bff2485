import type { Failure, Run, RunId } from '@holdfast/contracts';
import type { Worth } from '../backups/worth.ts';
import type { RunFilter, RunPage } from '../runs/page-runs.ts';

/** One thing that was done, as the history route of existing clients tells it. */
export type Activity = {
  readonly timestamp: string;
  readonly operation: string;
  readonly filename: string;
  readonly success: boolean;
  readonly durationMs: number;
  readonly sizeBytes: number;
  readonly description: string;
  readonly error?: string | undefined;
};

export type ActivityPage = { readonly rows: readonly Activity[]; readonly total: number };

/**
 * What the read model knows. Undefined: there is none, or it cannot be reached; then the bus and the repository answer,
 * as far as they go. Nothing here throws for an absent database.
 */
export interface HistoryReader {
  readonly configured: boolean;
  /** Why it cannot be asked; undefined when it can. */
  problem(): Promise<Failure | undefined>;
  listRuns(filter: RunFilter): Promise<RunPage<Run> | undefined>;
  findRun(run: RunId): Promise<Run | undefined>;
  /** By a backup's name. */
  worths(): Promise<ReadonlyMap<string, Worth> | undefined>;
  listActivity(page: { readonly limit: number; readonly offset: number }): Promise<ActivityPage | undefined>;
  close(): Promise<void>;
}

const nothing = (): Promise<undefined> => Promise.resolve(undefined);

/** No HISTORY_DATABASE_URL. */
export const noHistory: HistoryReader = {
  configured: false,
  problem: nothing,
  listRuns: nothing,
  findRun: nothing,
  worths: nothing,
  listActivity: nothing,
  close: nothing,
};
