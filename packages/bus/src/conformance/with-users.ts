import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buckets, busAccess, DEAD_LETTERS_STREAM, EVENTS_STREAM, type BusUser } from '@holdfast/contracts';
import { connect, nkeyAuthenticator, type NatsConnection } from 'nats';
import { connectBus, provision, startNatsServer, type Bus } from '../index.ts';

const names = { eventsStream: EVENTS_STREAM, deadLettersStream: DEAD_LETTERS_STREAM };

export type ServerWithUsers = Awaited<ReturnType<typeof startServerWithUsers>>;

/** The private server as in use: every user, stream and bucket of ours. */
export async function startServerWithUsers() {
  const dir = await mkdtemp(join(tmpdir(), 'hf-bus-users-'));
  const server = await startNatsServer({ dir, port: 0, access: busAccess, ...names });
  const buses = new Map<BusUser, Bus>();
  const strangers: NatsConnection[] = [];

  const as = async (user: BusUser): Promise<Bus> => {
    const known = buses.get(user);
    if (known) return known;
    const credentials = server.credentialsFor(user);
    const bus = await connectBus({
      servers: server.url,
      name: user,
      credentials,
      timeoutMs: 4_000,
      connectTimeoutMs: 60_000,
      ...names,
    });
    buses.set(user, bus);
    return bus;
  };
  await provision(await as('provisioner'), { ...names, eventsMaxAgeMs: 3_600_000, buckets });

  return {
    url: server.url,
    as,
    /** The bare protocol with a user's credentials: what somebody could do who got hold of them. */
    thief: async (user: BusUser): Promise<NatsConnection> => {
      const credentials = server.credentialsFor(user);
      if (!('nkeySeed' in credentials)) throw new Error('the private server hands out seeds');
      const connection = await connect({
        servers: server.url,
        authenticator: nkeyAuthenticator(new TextEncoder().encode(credentials.nkeySeed)),
        inboxPrefix: `_INBOX.${user}`,
      });
      strangers.push(connection);
      return connection;
    },
    stop: async () => {
      await Promise.all([...buses.values()].map((bus) => bus.drain()));
      await Promise.all(strangers.map((each) => each.close()));
      await server.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Whether NATS itself refuses the subject. A request that is allowed gets an answer, or finds nobody. */
export const verdictOn = (connection: NatsConnection, subject: string, payload = ''): Promise<string> =>
  connection.request(subject, payload, { timeout: 2_000 }).then(
    () => 'allowed',
    (error: unknown) =>
      error instanceof Error && 'code' in error && error.code === 'PERMISSIONS_VIOLATION'
        ? 'refused'
        : 'allowed',
  );
