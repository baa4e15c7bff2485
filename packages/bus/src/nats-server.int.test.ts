import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { busAccess, DEAD_LETTERS_STREAM, EVENTS_STREAM } from '@holdfast/contracts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import {
  connectBus,
  findNatsServer,
  provision,
  startNatsServer,
  type Bus,
  type NatsServer,
} from './index.ts';

const names = { eventsStream: EVENTS_STREAM, deadLettersStream: DEAD_LETTERS_STREAM };
const modeOf = async (file: string): Promise<number> => (await stat(file)).mode & 0o777;
const countSchema = z.object({ n: z.number() });

/** A zombie waits for a parent that it no longer has, and is as good as gone. */
const isThere = (pid: number): Promise<boolean> =>
  readFile(`/proc/${pid}/stat`, 'utf8').then(
    (stat) => !/\) Z /.test(stat),
    () => false,
  );

let dir: string;
const servers: NatsServer[] = [];
const buses: Bus[] = [];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hf-server-'));
});
afterEach(async () => {
  for (const server of servers) server.signal('SIGCONT');
  await Promise.all(buses.splice(0).map((bus) => bus.drain()));
  await Promise.all(servers.splice(0).map((server) => server.stop()));
  await rm(dir, { recursive: true, force: true });
});

async function start(): Promise<NatsServer> {
  const server = await startNatsServer({ dir, port: 0, access: busAccess, ...names });
  servers.push(server);
  return server;
}
async function connectAs(server: NatsServer, user: string, timeoutMs = 10_000): Promise<Bus> {
  const credentials = server.credentialsFor(user);
  const bus = await connectBus({ servers: server.url, name: user, credentials, timeoutMs, ...names });
  buses.push(bus);
  return bus;
}
async function provided(server: NatsServer): Promise<void> {
  const provisioner = await connectAs(server, 'provisioner');
  await provision(provisioner, { ...names, eventsMaxAgeMs: 3_600_000, buckets: { runs: { ttlMs: 0 } } });
}

test('keys and configuration are for their owner alone, and no seed stands in the configuration', async () => {
  const server = await start();
  for (const user of Object.keys(busAccess)) expect(await modeOf(server.seedFileOf(user))).toBe(0o600);
  expect(await modeOf(join(dir, 'nats.conf'))).toBe(0o600);
  const config = await readFile(join(dir, 'nats.conf'), 'utf8');
  const seed = (await readFile(server.seedFileOf('history'), 'utf8')).trim();
  expect(seed).toMatch(/^SU[A-Z2-7]+$/);
  expect(config).not.toContain(seed);
  expect(() => server.credentialsFor('stranger')).toThrow(/no user "stranger"/);
});

test('a restart keeps port, keys and what was stored', async () => {
  const server = await start();
  await provided(server);
  const gateway = await connectAs(server, 'api-gateway');
  const bucket = await gateway.bucket('runs', countSchema);
  const created = await bucket.create('one', { n: 1 });
  const { url, pid } = server;
  await server.restart();
  expect(server.url).toBe(url);
  expect(server.pid).not.toBe(pid);
  expect(await bucket.get('one')).toEqual(created);
});

test('a server that a killed parent left over is stopped, and its keys go on', async () => {
  const orphan = await start();
  const left = orphan.pid;
  // To the second start the first one is a stranger, as after a kill of its parent; even when it was frozen.
  orphan.signal('SIGSTOP');
  const server = await start();
  expect(server.pid).not.toBe(left);
  expect(() => process.kill(left, 0)).toThrow(/ESRCH/);
  expect(server.credentialsFor('history')).toEqual(orphan.credentialsFor('history'));
});

test('a server whose parent is killed ends by itself', async () => {
  const script = `
    import { startNatsServer } from ${JSON.stringify(join(import.meta.dirname, 'index.ts'))};
    import { busAccess } from '@holdfast/contracts';
    const options = ${JSON.stringify({ dir, port: 0, ...names })};
    const server = await startNatsServer({ ...options, access: busAccess });
    process.stdout.write(String(server.pid));
    setInterval(() => undefined, 60_000);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [told] = (await once(parent.stdout, 'data')) as [Buffer]; // the first thing it writes
  const pid = Number(told.toString());
  expect(() => process.kill(pid, 0)).not.toThrow();
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  await expect.poll(() => isThere(pid)).toBe(false);
});

test('a process that only happens to have the number of an earlier server is left alone', async () => {
  const innocent = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  await once(innocent, 'spawn');
  try {
    await writeFile(join(dir, 'nats.pid'), String(innocent.pid));
    await start();
    expect(innocent.exitCode).toBeNull();
    expect(innocent.signalCode).toBeNull();
  } finally {
    innocent.kill('SIGKILL');
  }
});

test('a taken port is told with the words of the log', async () => {
  const other = await start();
  const port = Number(new URL(other.url).port);
  const second = startNatsServer({ dir: join(dir, 'second'), port, access: busAccess, ...names });
  await expect(second).rejects.toMatchObject({
    code: 'bus_unavailable',
    message: expect.stringContaining('address already in use'),
  });
});

test('a machine without nats-server is told what to install', async () => {
  await expect(findNatsServer('/nowhere', [])).rejects.toThrow(/apt install nats-server/);
  expect(await findNatsServer()).toMatch(/nats-server$/);
});

test('a frozen server: every call ends in time with bus_unavailable, and works again when it wakes', async () => {
  const server = await start();
  await provided(server);
  const gateway = await connectAs(server, 'api-gateway', 700);
  const bucket = await gateway.bucket('runs', countSchema);
  const created = await bucket.create('one', { n: 1 });
  server.signal('SIGSTOP');
  const calls = [
    bucket.get('one'),
    bucket.create('two', { n: 2 }),
    bucket.update('one', { n: 2 }, created?.revision ?? 0),
    bucket.entries(),
    gateway.eventsInfo(),
    gateway.request('control.history.rebuild', {}, 700),
  ].map((call) =>
    call.then(
      () => 'done',
      (error: { code: string }) => error.code,
    ),
  );
  expect(new Set(await Promise.all(calls))).toEqual(new Set(['bus_unavailable']));
  server.signal('SIGCONT');
  expect((await bucket.get('one'))?.key).toBe('one');
});

test('credentials that the server does not know are refused at once', async () => {
  const [server, other] = [await start(), await mkdtemp(join(tmpdir(), 'hf-other-'))];
  try {
    const stranger = await startNatsServer({ dir: other, port: 0, access: busAccess, ...names });
    servers.push(stranger);
    const credentials = stranger.credentialsFor('history');
    const connecting = connectBus({ servers: server.url, name: 'history', credentials, ...names });
    await expect(connecting).rejects.toMatchObject({ code: 'unauthorized' });
    await stranger.stop();
  } finally {
    await rm(other, { recursive: true, force: true });
  }
});
