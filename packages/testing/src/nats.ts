import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  connectBus,
  provision,
  startNatsServer,
  type Bus,
  type Credentials,
  type Topology,
} from '@holdfast/bus';
import { buckets, busAccess, DEAD_LETTERS_STREAM, EVENTS_STREAM, type BusUser } from '@holdfast/contracts';

export type TestNats = {
  readonly url: string;
  readonly pid: number;
  credentialsFor(user: string): Credentials;
  seedFileOf(user: string): string;
  /** A connection as that user; whoever opens it drains it. */
  connectAs(user: BusUser): Promise<Bus>;
  signal(name: NodeJS.Signals): void;
  restart(): Promise<void>;
  stop(): Promise<void>;
};

/** A server for one test file, with every user, stream and bucket as in use. */
export async function startTestNats(
  options: Partial<Topology> & { readonly prefix?: string } = {},
): Promise<TestNats> {
  const dir = await mkdtemp(join(tmpdir(), 'hf-test-nats-'));
  const { prefix, ...topology } = options;
  const names = {
    eventsStream: EVENTS_STREAM,
    deadLettersStream: DEAD_LETTERS_STREAM,
    ...(prefix === undefined ? {} : { prefix }),
  };
  const server = await startNatsServer({ dir, port: 0, access: busAccess, ...names });
  const connectAs = (user: BusUser): Promise<Bus> =>
    connectBus({ servers: server.url, name: user, credentials: server.credentialsFor(user), ...names });
  const stop = async (): Promise<void> => {
    await server.stop();
    await rm(dir, { recursive: true, force: true });
  };
  try {
    const provisioner = await connectAs('provisioner');
    await provision(provisioner, { ...names, eventsMaxAgeMs: 3_600_000, buckets, ...topology });
    await provisioner.drain();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    get url() {
      return server.url;
    },
    get pid() {
      return server.pid;
    },
    credentialsFor: (user) => server.credentialsFor(user),
    seedFileOf: (user) => server.seedFileOf(user),
    connectAs,
    signal: (name) => server.signal(name),
    restart: () => server.restart(),
    stop,
  };
}
