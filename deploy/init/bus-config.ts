import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { permissionsOf, seedOf, sharedServerConfig } from '@holdfast/bus';
import { busAccess, busUsers, DEAD_LETTERS_STREAM, EVENTS_STREAM } from '@holdfast/contracts';
import { secretIn, writeSecret } from './secret-file.ts';

export type BusPlan = {
  /** Each user's folder lies below it; the server's is `nats`. */
  readonly dir: string;
  readonly prefix: string;
  /** Host names of a cluster's nodes; none: one server alone. */
  readonly nodes: readonly string[];
};

/**
 * A key for each user of the bus, in a folder that only its service mounts, and the server's configuration with their
 * public halves. Keys stay; the configuration is written anew, so that a release's rights come with the release.
 */
export async function writeBusConfig({ dir, prefix, nodes }: BusPlan): Promise<void> {
  const names = { eventsStream: EVENTS_STREAM, deadLettersStream: DEAD_LETTERS_STREAM, prefix };
  const users = [];
  for (const user of busUsers) {
    const folder = join(dir, user);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const { publicKey } = await seedOf(folder, user);
    users.push({ publicKey, permissions: permissionsOf(user, busAccess, names) });
  }
  const server = join(dir, 'nats');
  await mkdir(server, { recursive: true, mode: 0o700 });
  const cluster = {
    name: 'holdfast',
    port: 6222,
    nodes,
    user: 'route',
    password: await secretIn(join(server, 'route-password')),
  };
  const config = sharedServerConfig({
    storeDir: '/data',
    port: 4222,
    monitorPort: 8222,
    users,
    ...(nodes.length > 0 ? { cluster } : {}),
  });
  await writeSecret(join(server, 'nats.conf'), config);
}
