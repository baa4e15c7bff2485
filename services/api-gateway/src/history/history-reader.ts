import type { Failure, RunId, RunRecord } from '@holdfast/contracts';
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

/** By a backup's name. */
export type KnownWorths = { readonly of: ReadonlyMap<string, Worth>; readonly isCurrent: boolean };

export type ActivityPage = { readonly rows: readonly Activity[]; readonly total: number };

/**
 * What the read model knows. Undefined: there is none, it cannot be asked, or it has not seen the newest events yet; then
 * the bus and the repository answer, as far as they go. Nothing here throws.
 */
export interface HistoryReader {
  readonly configured: boolean;
  /** Why it cannot be asked, or that it lags far behind; undefined when all is well, or nothing is configured. */
  problem(): Promise<Failure | undefined>;
  listRuns(filter: RunFilter): Promise<RunPage<RunRecord> | undefined>;
  /** Also while it lags: what it knows of a run that nobody else knows is better than nothing. */
  findRun(run: RunId): Promise<RunRecord | undefined>;
  /** Also while it lags, and says so: then the newest verdicts are missing. */
  worths(): Promise<KnownWorths | undefined>;
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
