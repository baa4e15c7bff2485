import type { Permissions } from './permissions-of.ts';

export type SharedServerSettings = {
  readonly storeDir: string;
  /** For clients; all addresses. */
  readonly port: number;
  /** Health and state over HTTP, without a secret in it; all addresses. */
  readonly monitorPort: number;
  readonly users: readonly { readonly publicKey: string; readonly permissions: Permissions }[];
  /** Its nodes by host name, and the secret that lets a node in. Absent: one server alone. */
  readonly cluster?: {
    readonly name: string;
    readonly port: number;
    readonly nodes: readonly string[];
    readonly user: string;
    readonly password: string;
  };
};

/**
 * The configuration of a nats-server that several machines or containers share: a user with its rights per public key,
 * nobody without. The same for every node of a cluster: NATS_SERVER_NAME says which it is. It stands in the file because a
 * server that has its name from the command line alone refuses to take other rights on SIGHUP.
 */
export function sharedServerConfig(settings: SharedServerSettings): string {
  const { cluster } = settings;
  const lines = {
    host: '0.0.0.0',
    port: settings.port,
    http: `0.0.0.0:${settings.monitorPort}`,
    max_payload: 1_048_576,
    // A client is told to go elsewhere before the node goes: a rolling restart is then no outage.
    lame_duck_duration: '30s',
    lame_duck_grace_period: '5s',
    jetstream: { store_dir: settings.storeDir },
    authorization: {
      users: settings.users.map(({ publicKey, permissions }) => ({ nkey: publicKey, permissions })),
    },
    ...(cluster
      ? {
          cluster: {
            name: cluster.name,
            host: '0.0.0.0',
            port: cluster.port,
            // One connection for each pair of nodes. With the pools of 2.10 a node that came back on a busy machine
            // stayed out of every raft group for ever. Servers before 2.10 do not know the word.
            pool_size: -1,
            authorization: { user: cluster.user, password: cluster.password, timeout: 5 },
            routes: cluster.nodes.map(
              (node) => `nats-route://${cluster.user}:${cluster.password}@${node}:${cluster.port}`,
            ),
          },
        }
      : {}),
  };
  // The configuration's language takes JSON as it is, and a variable where nothing is quoted.
  return `server_name: $NATS_SERVER_NAME\n${Object.entries(lines)
    .map(([name, value]) => `${name}: ${JSON.stringify(value, undefined, 2)}\n`)
    .join('')}`;
}
