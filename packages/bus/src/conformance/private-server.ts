import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectBus, provision, type Bus, type BusOptions, type Topology } from '../index.ts';

export const EVENTS = 'CONFORMANCE_EVENTS';
export const DEAD_LETTERS = 'CONFORMANCE_DEAD_LETTERS';

export type PrivateServer = Awaited<ReturnType<typeof startPrivateServer>>;

/** A nats-server without users, for what is no question of rights. It may be killed and restarted over its own files. */
export async function startPrivateServer({
  prefix = '',
  ...topology
}: Partial<Topology> & { readonly prefix?: string } = {}) {
  const dir = await mkdtemp(join(tmpdir(), 'hf-bus-'));
  const port = await freePort();
  const url = `nats://127.0.0.1:${port}`;
  const configFile = join(dir, 'server.conf');
  await writeFile(
    configFile,
    JSON.stringify({ host: '127.0.0.1', port, jetstream: { store_dir: dir }, log_file: join(dir, 'log') }),
  );
  const buses: Bus[] = [];
  const problems: Error[] = [];
  let server = await startServer(configFile, port);

  const connect = async (name: string, options: Partial<BusOptions> = {}): Promise<Bus> => {
    const bus = await connectBus({
      servers: url,
      name,
      eventsStream: EVENTS,
      deadLettersStream: DEAD_LETTERS,
      onProblem: (problem) => problems.push(problem),
      ...options,
    });
    buses.push(bus);
    return bus;
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, 'exit');
    server.kill(signal);
    await exited;
  };

  const maker = await connect('maker', { prefix });
  await provision(maker, {
    eventsStream: EVENTS,
    deadLettersStream: DEAD_LETTERS,
    eventsMaxAgeMs: 3_600_000,
    buckets: { things: { ttlMs: 0 }, leases: { ttlMs: 1_500 } },
    ...topology,
  });

  return {
    url,
    connect,
    /** What no caller was told. */
    problems,
    /** As a power cut: no goodbye to anybody. */
    kill: () => end('SIGKILL'),
    revive: async () => {
      server = await startServer(configFile, port);
    },
    stop: async () => {
      await Promise.all(buses.map((bus) => bus.drain()));
      await end('SIGTERM');
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function startServer(configFile: string, port: number): Promise<ChildProcess> {
  const server = spawn('nats-server', ['--config', configFile], { stdio: 'ignore' });
  const failed = once(server, 'exit').then(async () => {
    const log = await readFile(join(configFile, '..', 'log'), 'utf8');
    throw new Error(`nats-server ended: ${log.slice(-2_000)}`);
  });
  // Once it runs, its end is the test's own doing.
  failed.catch(() => undefined);
  await Promise.race([untilAccepting(port), failed]);
  return server;
}

async function untilAccepting(port: number): Promise<void> {
  for (;;) {
    const socket = createConnection(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return;
    } catch {
      // Refused: not listening yet. The caller's race ends the waiting when the server dies.
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
    } finally {
      socket.destroy();
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}
