/** A cluster that is gone tomorrow need survive nothing; and its memory is taken from the machine that does real work. */
const THROW_AWAY: Readonly<Record<string, string>> = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  autovacuum: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_replication_slots: '0',
  shared_buffers: '64MB',
  max_connections: '50',
  checkpoint_timeout: '1h',
  max_wal_size: '2GB',
  jit: 'off',
};

export type SettingsOptions = {
  readonly socketDir: string;
  readonly port: number;
  readonly listensOnTcp: boolean;
  readonly throwAway: boolean;
  readonly settings: Readonly<Record<string, string>>;
};

/** Server parameters of a private cluster; the caller's own win, but not over where it listens. */
export function clusterSettings(options: SettingsOptions): Readonly<Record<string, string>> {
  return {
    ...(options.throwAway ? THROW_AWAY : {}),
    logging_collector: 'off',
    log_destination: 'stderr',
    password_encryption: 'scram-sha-256',
    ...options.settings,
    listen_addresses: options.listensOnTcp ? '127.0.0.1' : '',
    port: String(options.port),
    unix_socket_directories: options.socketDir,
    unix_socket_permissions: '0700',
  };
}
