import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { HoldfastError, type BusAccess } from '@holdfast/contracts';
import type { Credentials } from './bus.ts';
import { connectLink } from './connect-link.ts';
import { findNatsServer } from './find-nats-server.ts';
import { stopLeftover } from './leftover-server.ts';
import { permissionsOf, type BusNames } from './permissions-of.ts';
import { serverConfig } from './server-config.ts';
import { startProcess, type ServerProcess } from './server-process.ts';
import { seedFileOf, seedOf, type UserSeed } from './user-seeds.ts';

const READY_WITHIN_MS = 15_000;

export type NatsServerOptions = BusNames & {
  /** The server's alone; made when missing. Holds its store, configuration, log and a key for each user. */
  readonly dir: string;
  /** On 127.0.0.1; 0: any free one, kept over restarts. */
  readonly port: number;
  /** user → what it may do. */
  readonly access: Readonly<Record<string, BusAccess>>;
};

export interface NatsServer {
  readonly url: string;
  readonly pid: number;
  /** Throws `invalid_request` for a user that was not declared. */
  credentialsFor(user: string): Credentials;
  /** Where the user's key lies, for NATS_CREDS_FILE. */
  seedFileOf(user: string): string;
  signal(name: NodeJS.Signals): void;
  /** Ends the server and starts it again on the same port over the same store. */
  restart(): Promise<void>;
  /** Idempotent. */
  stop(): Promise<void>;
}

/**
 * Starts a private nats-server with a user per entry of `access`, and returns once it takes connections. One that a
 * killed process left over `dir` is ended first. Throws `bus_unavailable` when there is none to start, or it does not.
 */
export async function startNatsServer(options: NatsServerOptions): Promise<NatsServer> {
  const dir = resolve(options.dir);
  const program = await findNatsServer();
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const files = {
    config: join(dir, 'nats.conf'),
    pid: join(dir, 'nats.pid'),
    log: join(dir, 'nats.log'),
    ports: join(dir, 'ports'),
    store: join(dir, 'store'),
  };
  await stopLeftover(files.pid, files.config);
  const users = new Map<string, UserSeed>();
  for (const user of Object.keys(options.access)) users.set(user, await seedOf(dir, user));
  const credentialsFor = (user: string): Credentials => {
    const found = users.get(user);
    if (found) return { nkeySeed: found.seed };
    throw new HoldfastError('invalid_request', `The private NATS has no user "${user}".`);
  };

  async function start(port: number): Promise<{ readonly running: ServerProcess; readonly url: string }> {
    await rm(files.ports, { recursive: true, force: true });
    await mkdir(files.ports, { mode: 0o700 });
    const config = serverConfig({
      port,
      storeDir: files.store,
      pidFile: files.pid,
      portsDir: files.ports,
      logFile: files.log,
      users: [...users].map(([user, { publicKey }]) => ({
        publicKey,
        permissions: permissionsOf(user, options.access, options),
      })),
    });
    await writeFile(files.config, config, { mode: 0o600 });
    const running = startProcess(program, files.config, files.log);
    try {
      const url = await running.ready(() => urlIn(join(files.ports, `nats-server_${running.pid}.ports`)));
      const [user = ''] = users.keys();
      const servers = { servers: url, eventsStream: '', deadLettersStream: '' };
      const link = await connectLink(
        { ...servers, name: user, credentials: credentialsFor(user) },
        READY_WITHIN_MS,
      );
      await link.close();
      return { running, url };
    } catch (error) {
      await running.stop();
      throw error;
    }
  }

  const { url, running: first } = await start(options.port === 0 ? -1 : options.port);
  let running = first;
  return {
    url,
    get pid() {
      return running.pid;
    },
    credentialsFor,
    seedFileOf: (user) => seedFileOf(dir, user),
    signal: (name) => running.signal(name),
    restart: async () => {
      await running.stop();
      running = (await start(Number(new URL(url).port))).running;
    },
    stop: () => running.stop(),
  };
}

/** What the server writes once it listens; undefined while it has not, or not to the end. */
async function urlIn(portsFile: string): Promise<string | undefined> {
  const text = await readFile(portsFile, 'utf8').catch(() => ''); // not there yet: the server is not ready
  return /"(nats:\/\/[^"]+)"/.exec(text)?.[1];
}
