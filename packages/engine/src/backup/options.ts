import type { BackupRequest, Compression, RunId } from '@holdfast/contracts';
import type { DatabaseTarget } from '../databases/parse-databases.ts';

export type BackupOptions = {
  readonly database: DatabaseTarget;
  readonly run: RunId;
  readonly attempt: number;
  readonly requestedAt: Date;
  readonly request: BackupRequest;
  readonly compression: { readonly codec: Compression; readonly level: number };
  readonly lockTimeoutMs: number;
  readonly stallTimeoutMs: number;
  /** Called with the data safely at rest, just before the manifest makes it a backup; throwing drops the attempt. */
  readonly beforeCommit?: () => Promise<void>;
};

/** Where the roles go, beside the data of the same attempt. */
export const globalsKeyOf = (dataKey: string): string =>
  dataKey.replace(/\.dump(\.zst|\.gz)?$/, '.globals.sql');

export const applicationName = (options: { readonly run: RunId; readonly attempt: number }): string =>
  `holdfast ${options.run.slice(-8)}.${options.attempt}`;
