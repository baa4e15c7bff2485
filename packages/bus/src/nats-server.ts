import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { HoldfastError, type BusAccess } from '@holdfast/contracts';
import { nkeys } from 'nats';
import type { Credentials } from './bus.ts';
import { connectLink } from './connect-link.ts';
import { findNatsServer } from './find-nats-server.ts';
import { permissionsOf, type BusNames } from './permissions-of.ts';
import { serverConfig } from './server-config.ts';

export type NatsServerOptions = BusNames & {
  /** The server's alone; made when missing. Holds its store, configuration and a key for each user. */
  readonly dir: string;
  /** On 127.0.0.1; 0: any free one. */
  readonly port: number;
  /** user → what it may do. */
  readonly access: Readonly<Record<string, BusAccess>>;
};

export type NatsServer = {
  readonly url: string;
  readonly pid: number;
  credentialsFor(user: string): Credentials;
  /** Where the user's key lies, for NATS_CREDS_FILE. */
  seedFileOf(user: string): string;
  signal(name: NodeJS.Signals): void;
  /** Ends the server and starts it again on the same port over the same store. */
  restart(): Promise<void>;
  stop(): Promise<void>;
};

const READY_WITHIN_MS = 15_000;
const LOOK_EVERY_MS = 20;

/** Starts a private server with a user per entry of `access`. One that a killed process left over `dir` is ended first. */
export async function startNatsServer(options: NatsServerOptions): Promise<NatsServer> {
  const { dir, access: users } = options;
  const binary = await findNatsServer();
  const portsDir = join(dir, 'ports');
  const pidFile = join(dir, 'nats.pid');
  for (const each of [dir, portsDir]) await mkdir(each, { recursive: true, mode: 0o700 });
  await stopLeftover(pidFile, dir);
  const seeds = await readSeeds(dir, Object.keys(users));
  const seedOf = (user: string): string => {
    const seed = seeds.get(user);
    if (seed === undefined) throw new HoldfastError('invalid_request', `The private NATS has no user "${user}".`);
    return seed;
  };

  let port = options.port;
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    await rm(portsDir, { recursive: true, force: true });
    await mkdir(portsDir, { mode: 0o700 });
    const config = serverConfig({
      port: port === 0 ? -1 : port,
      storeDir: join(dir, 'store'),
      pidFile,
      portsDir,
      logFile: join(dir, 'nats.log'),
      users: [...seeds].map(([user, seed]) => ({
        publicKey: nkeys.fromSeed(new TextEncoder().encode(seed)).getPublicKey(),
        permissions: permissionsOf(user, users, options),
      })),
    });
    await writeFile(join(dir, 'nats.conf'), config, { mode: 0o600 });
    child = spawn(binary, ['--config', join(dir, 'nats.conf')], { stdio: 'ignore', env: {} });
    port = await portOf(child, portsDir, join(dir, 'nats.log'));
    const [first] = seeds.values();
    const link = await connectLink(
      { servers: `nats://127.0.0.1:${port}`, name: Object.keys(users)[0] ?? '', credentials: { nkeySeed: first ?? '' }, eventsStream: '', deadLettersStream: '' },
      READY_WITHIN_MS,
    );
    await link.close();
  };
  const stop = async (): Promise<void> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGCONT');
    child.kill('SIGTERM');
    await ended;
  };
  await start();
  return {
    get url() {
      return `nats://127.0.0.1:${port}`;
    },
    get pid() {
      return child?.pid ?? 0;
    },
    credentialsFor: (user) => ({ nkeySeed: seedOf(user) }),
    seedFileOf: (user) => join(dir, `${user}.nk`),
    signal: (name) => void child?.kill(name),
    restart: async () => {
      await stop();
      await start();
    },
    stop,
  };
}

/** A key per user, made at the first start. The configuration holds public keys alone. */
async function readSeeds(dir: string, users: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const seeds = new Map<string, string>();
  for (const user of users) {
    const path = join(dir, `${user}.nk`);
    try {
      const file = await open(path, 'wx', 0o600);
      await file.writeFile(new TextDecoder().decode(nkeys.createUser().getSeed()));
      await file.close();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // fs errors carry a code
      await chmod(path, 0o600);
    }
    seeds.set(user, (await readFile(path, 'utf8')).trim());
  }
  return seeds;
}

/** The server writes the port it chose into a file named after its process. */
async function portOf(child: ChildProcess, portsDir: string, logFile: string): Promise<number> {
  const until = performance.now() + READY_WITHIN_MS;
  while (performance.now() < until) {
    if (child.exitCode !== null) break;
    for (const name of await readdir(portsDir)) {
      const port = /nats:\/\/127\.0\.0\.1:(\d+)/.exec(await readFile(join(portsDir, name), 'utf8'))?.[1];
      if (port !== undefined) return Number(port);
    }
    await delay(LOOK_EVERY_MS);
  }
  child.kill('SIGKILL');
  const log = await readFile(logFile, 'utf8').catch(() => ''); // without one its absence is all there is to tell
  throw new HoldfastError('bus_unavailable', `nats-server did not start: ${log.trim().split('\n').at(-1) ?? ''} See ${logFile}.`);
}

/** Ends a server that outlived its parent. Its process id may be another's by now: its command line decides. */
async function stopLeftover(pidFile: string, dir: string): Promise<void> {
  const pid = Number(await readFile(pidFile, 'utf8').catch(() => '')); // no file: nothing was left
  if (!(pid > 0) || !(await isOurs(pid, dir))) return;
  process.kill(pid, 'SIGTERM');
  const until = performance.now() + READY_WITHIN_MS;
  while (performance.now() < until && (await isOurs(pid, dir))) await delay(LOOK_EVERY_MS);
}

async function isOurs(pid: number, dir: string): Promise<boolean> {
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''); // gone, or no /proc here
  return commandLine.includes('nats-server') && commandLine.includes(join(dir, 'nats.conf'));
}
