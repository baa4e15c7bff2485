import type { BackupRequest, Compression, RunId } from '@holdfast/contracts';
import { compressionOf } from './compression.ts';
import type { DatabaseTarget } from '../databases/parse-databases.ts';

export type BackupOptions = {
  readonly database: DatabaseTarget;
  readonly run: RunId;
  readonly attempt: number;
  readonly requestedAt: Date;
  readonly request: BackupRequest;
  readonly compression: { readonly codec: Compression; readonly level: number };
  /** How many backups may build one on another, the full included. */
  readonly maxChain: number;
  /** Whether the roles beside a backup have their passwords' hashes. [false] */
  readonly includeRolePasswords?: boolean;
  /** Whether the fingerprint has a hash over each table's rows. [false] */
  readonly withContentHashes?: boolean;
  /** Larger tables are estimated, not counted. [none] */
  readonly maxCountedTableBytes?: number | undefined;
  readonly lockTimeoutMs: number;
  readonly stallTimeoutMs: number;
  /** Called with the data safely at rest, just before the manifest makes it a backup; throwing drops the attempt. */
  readonly beforeCommit?: () => Promise<void>;
};

/** Where the roles go, beside the data of the same attempt. */
export const globalsKeyOf = (dataKey: string): string =>
  dataKey.replace(/(?:\.(?:dump|tar)(?:\.zst|\.gz)?|\.hfd)(?<age>\.age)?$/, '.globals.sql$<age>');

/** Where the ids of its chunks go, beside the data. */
export const idsKeyOf = (dataKey: string): string => `${dataKey}.ids`;

export const applicationName = (options: { readonly run: RunId; readonly attempt: number }): string =>
  `holdfast ${options.run.slice(-8)}.${options.attempt}`;

/** How backups are made here. */
export type BackupSettings = {
  readonly BACKUP_COMPRESSION_ENABLED: boolean;
  readonly BACKUP_COMPRESSION: Compression;
  readonly BACKUP_COMPRESSION_LEVEL: number;
  readonly BACKUP_MAX_CHAIN: number;
  readonly BACKUP_INCLUDE_ROLE_PASSWORDS: boolean;
  readonly BACKUP_LOCK_TIMEOUT: number;
  readonly BACKUP_STALL_TIMEOUT: number;
  readonly BACKUP_FINGERPRINT_CONTENT: boolean;
  readonly BACKUP_FINGERPRINT_MAX_TABLE?: number | undefined;
};

/** What the settings say, and what a request wishes otherwise. */
export const backupOptionsOf = (
  settings: BackupSettings,
  request: BackupRequest,
): Pick<
  BackupOptions,
  | 'request'
  | 'compression'
  | 'maxChain'
  | 'includeRolePasswords'
  | 'withContentHashes'
  | 'maxCountedTableBytes'
  | 'lockTimeoutMs'
  | 'stallTimeoutMs'
> => ({
  request,
  compression: compressionOf(
    {
      enabled: settings.BACKUP_COMPRESSION_ENABLED,
      codec: settings.BACKUP_COMPRESSION,
      level: settings.BACKUP_COMPRESSION_LEVEL,
    },
    request.compression,
  ),
  maxChain: settings.BACKUP_MAX_CHAIN,
  includeRolePasswords: settings.BACKUP_INCLUDE_ROLE_PASSWORDS,
  withContentHashes: settings.BACKUP_FINGERPRINT_CONTENT,
  maxCountedTableBytes: settings.BACKUP_FINGERPRINT_MAX_TABLE,
  lockTimeoutMs: settings.BACKUP_LOCK_TIMEOUT,
  stallTimeoutMs: settings.BACKUP_STALL_TIMEOUT,
});
