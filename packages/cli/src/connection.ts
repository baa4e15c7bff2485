import type { Client } from '@holdfast/client';

/** What the verbs use that work with and without a server. The local one answers in the same shapes. */
export type Access = Pick<
  Client,
  | 'createBackup'
  | 'createRestore'
  | 'createValidation'
  | 'listBackups'
  | 'getBackup'
  | 'getBackupContents'
  | 'downloadBackup'
  | 'exportBackup'
  | 'getStatus'
  | 'watchRun'
>;

export type ServerConnection = {
  readonly kind: 'server';
  readonly client: Client;
  /** For people: the URL. */
  readonly place: string;
  close(): Promise<void>;
};

/** Runs live and die with this process: `watchRun` does the work, and aborting its signal cancels it. */
export type LocalConnection = {
  readonly kind: 'local';
  readonly client: Access;
  /** For people: the repository. */
  readonly place: string;
  close(): Promise<void>;
};

export type Connection = ServerConnection | LocalConnection;
