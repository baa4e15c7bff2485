import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { failureOf } from '@holdfast/contracts';
import { nkeys } from 'nats';
import { expect, onTestFinished, test } from 'vitest';
import { connectBus, provision, type Bus, type Topology } from '../index.ts';
import { anEvent, collect } from './builders.ts';
import { DEAD_LETTERS, EVENTS, startPrivateServer, type PrivateServer } from './private-server.ts';

async function aServer(topology: Partial<Topology> = {}): Promise<PrivateServer> {
  const server = await startPrivateServer(topology);
  onTestFinished(() => server.stop());
  return server;
}

/** When the bus itself has noticed that NATS is away. */
async function untilDisconnected(bus: Bus): Promise<void> {
  while (bus.isConnected()) {
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
  }
}

const failed = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable('it should have failed'),
    (error: unknown) => failureOf(error),
  );

test('the same id is stored once within the window, and again after it: dedupe is no guarantee', async () => {
  const server = await aServer({ duplicateWindowMs: 300 });
  const bus = await server.connect('tester');
  const event = anEvent();
  const first = await bus.publish(event);
  expect(first.duplicate).toBe(false);
  expect(await bus.publish(event)).toEqual({ sequence: first.sequence, duplicate: true });
  // The window slides on the server's clock; ask until it is over.
  await expect
    .poll(async () => (await bus.publish(event)).duplicate, { timeout: 10_000, interval: 400 })
    .toBe(false);
  const { lastSequence } = await bus.eventsInfo();
  expect(lastSequence).toBe(first.sequence + 1);
});

test('twenty publishers of one id store it once', async () => {
  const server = await aServer();
  const bus = await server.connect('tester');
  const event = anEvent();
  const results = await Promise.all(Array.from({ length: 20 }, () => bus.publish(event)));
  expect(results.filter((each) => !each.duplicate)).toHaveLength(1);
  expect(new Set(results.map((each) => each.sequence)).size).toBe(1);
});

test('publishing during an outage waits, and everything is stored once NATS is back', async () => {
  const server = await aServer();
  const bus = await server.connect('tester', { timeoutMs: 20_000 });
  const before = await bus.publish(anEvent());
  await server.kill();
  await untilDisconnected(bus);
  const events = Array.from({ length: 25 }, () => anEvent());
  const publishing = Promise.all(events.map((event) => bus.publish(event)));
  await server.revive();
  await publishing;
  expect(bus.isConnected()).toBe(true);
  const stored = await collect(bus.readEvents(before.sequence + 1, { untilSequence: before.sequence + 25 }));
  expect(new Set(stored.map((each) => each.event?.id))).toEqual(new Set(events.map((each) => each.id)));
});

test('an outage that outlasts the time limit is told, not waited out for ever', async () => {
  const server = await aServer();
  const bus = await server.connect('tester', { timeoutMs: 600 });
  await server.kill();
  const startedAt = performance.now();
  expect(await failed(bus.publish(anEvent()))).toMatchObject({ code: 'bus_unavailable' });
  const tookMs = performance.now() - startedAt;
  expect(tookMs).toBeGreaterThan(500);
  expect(tookMs).toBeLessThan(3_000);
  await server.revive();
});

test('an event too large for the server fails at once with a reason, and the connection lives on', async () => {
  const server = await aServer();
  const bus = await server.connect('tester');
  const failure = await failed(bus.publish(anEvent({ data: 'x'.repeat(2_000_000) })));
  expect(failure.message).toMatch(/\w/);
  expect(await bus.publish(anEvent())).toMatchObject({ duplicate: false });
});

test('the first connect to nobody fails in time, and names the address', async () => {
  const options = { name: 'tester', eventsStream: EVENTS, deadLettersStream: DEAD_LETTERS, timeoutMs: 500 };
  const startedAt = performance.now();
  const failure = await failed(connectBus({ ...options, servers: 'nats://127.0.0.1:1' }));
  expect(failure).toMatchObject({ code: 'bus_unavailable', message: expect.stringContaining('127.0.0.1:1') });
  expect(performance.now() - startedAt).toBeLessThan(3_000);
});

test('the first connect to a peer that accepts and says nothing fails in time, without telling the secret', async () => {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    silent.close();
  });
  const address = silent.address();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  const nkeySeed = new TextDecoder().decode(nkeys.createUser().getSeed());
  const failure = await failed(
    connectBus({
      servers: `nats://127.0.0.1:${address.port}`,
      name: 'tester',
      credentials: { nkeySeed },
      eventsStream: EVENTS,
      deadLettersStream: DEAD_LETTERS,
      timeoutMs: 700,
    }),
  );
  expect(failure).toMatchObject({
    code: 'bus_unavailable',
    message: expect.stringContaining(String(address.port)),
  });
  expect(failure.message).not.toContain(nkeySeed);
});

test('a consumer goes on after NATS was killed and restarted, and misses nothing', async () => {
  const server = await aServer();
  const [bus, publisher] = [await server.connect('tester'), await server.connect('publisher')];
  const handled: string[] = [];
  const all = Promise.withResolvers<void>();
  await bus.consume({
    durable: 'survivor',
    filterSubject: '>',
    handle: async ({ event }) => {
      handled.push(event.id);
      if (new Set(handled).size === 20) all.resolve();
    },
  });
  const events = Array.from({ length: 20 }, () => anEvent());
  for (const event of events.slice(0, 10)) await publisher.publish(event);
  await server.kill();
  await server.revive();
  for (const event of events.slice(10)) await publisher.publish(event);
  await all.promise;
  expect([...new Set(handled)]).toEqual(events.map((each) => each.id));
});

test('provision is idempotent, and changes what may be changed', async () => {
  const server = await aServer();
  const bus = await server.connect('maker');
  const topology = {
    eventsStream: EVENTS,
    deadLettersStream: DEAD_LETTERS,
    eventsMaxAgeMs: 7_200_000,
    buckets: { things: { ttlMs: 0 }, leases: { ttlMs: 1_500 }, more: { ttlMs: 60_000 } },
  };
  const { sequence } = await bus.publish(anEvent());
  await provision(bus, topology);
  await Promise.all([provision(bus, topology), provision(await server.connect('maker'), topology)]);
  expect(await bus.eventsInfo()).toEqual({ firstSequence: sequence, lastSequence: sequence });
});
