import type { Permissions } from './permissions-of.ts';

export type ServerSettings = {
  /** -1: any free one; the server writes it into a file below `portsDir`. */
  readonly port: number;
  readonly storeDir: string;
  readonly pidFile: string;
  readonly portsDir: string;
  readonly logFile: string;
  readonly users: readonly { readonly publicKey: string; readonly permissions: Permissions }[];
};

/** The configuration of a private nats-server: loopback only, JetStream, a user with its rights per public key. */
export function serverConfig(settings: ServerSettings): string {
  const lines = {
    host: '127.0.0.1',
    port: settings.port,
    pid_file: settings.pidFile,
    ports_file_dir: settings.portsDir,
    log_file: settings.logFile,
    max_payload: 1_048_576,
    jetstream: { store_dir: settings.storeDir },
    authorization: {
      users: settings.users.map(({ publicKey, permissions }) => ({ nkey: publicKey, permissions })),
    },
  };
  // The configuration's language takes JSON as it is.
  return `${JSON.stringify(lines, undefined, 2)}\n`;
}
