import type { BackupSummary, Selection } from '@holdfast/contracts';
import type { Target, Tools } from '@holdfast/postgres';
import type { FillOptions } from './fill.ts';

/** What a mode of restoring needs of what it brings, whoever made it. */
export type RestoreContent = {
  readonly backup: Pick<BackupSummary, 'filename' | 'rawBytes' | 'sizeBytes' | 'selection'>;
  /** Client tools of an older major than this server's do not read it. */
  readonly toolsVersion: number;
  /** Tables and filled materialized views in it, as `schema.table`, quoted as the server of `target` quotes. */
  tables(target: Target): Promise<readonly string[]>;
  /** What stands in its way on the server, as clauses. Called once, before anything is touched. `live`: whose place it takes. */
  obstacles(admin: Target, live: string | undefined): Promise<readonly string[]>;
  /** Answers warnings. */
  fillInto(target: Target, tools: Tools, options?: FillOptions): Promise<readonly string[]>;
  /** Throws fingerprint_mismatch where something says what it must be. `selection`: when not all of it was restored. */
  compare(target: Target, tools: Tools, selection?: Selection): Promise<void>;
};
