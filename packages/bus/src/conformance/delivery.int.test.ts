import { afterAll, beforeAll, expect, test } from 'vitest';
import { RetryLater, type Bus, type Delivery } from '../index.ts';
import { anEvent, Arrivals } from './builders.ts';
import { startPrivateServer, type PrivateServer } from './private-server.ts';

let server: PrivateServer;
let bus: Bus;
beforeAll(async () => {
  server = await startPrivateServer();
  bus = await server.connect('tester');
});
afterAll(() => server.stop());

/** A type of its own per test, so that tests share a stream without seeing each other's events. */
const typed = (name: string) => ({
  event: (fields = {}) => anEvent({ type: `backup.${name}`, ...fields }),
  consuming: { durable: `test_${name}`, filterSubject: `backup.${name}.>` },
});

test('a published event reaches its handler whole, within milliseconds', async () => {
  const { event, consuming } = typed('prompt');
  const delivered = new Arrivals<Delivery & { readonly seenAt: number }>();
  const subscription = await bus.consume({
    ...consuming,
    handle: async (delivery) => delivered.add({ ...delivery, seenAt: performance.now() }),
  });
  const tookMs: number[] = [];
  for (let round = 0; round < 21; round += 1) {
    const sent = event({ data: { round } });
    const sentAt = performance.now();
    const { sequence } = await bus.publish(sent);
    const delivery = await delivered.next('the delivery');
    tookMs.push(delivery.seenAt - sentAt);
    expect(delivery).toMatchObject({ event: sent, sequence, deliveryCount: 1, redelivered: false });
    expect(Math.abs(Date.parse(delivery.timestamp) - Date.now())).toBeLessThan(60_000);
  }
  // The goal is 1 to 3 ms; the bound leaves room for a busy machine, and none for a polling interval.
  expect(tookMs.sort((a, b) => a - b)[10]).toBeLessThan(25);
  await subscription.stop();
});

test('what was published before the first consumer came is delivered to it', async () => {
  const { event, consuming } = typed('early');
  const early = event();
  await bus.publish(early);
  const delivered = new Arrivals<string>();
  const subscription = await bus.consume({
    ...consuming,
    handle: async (each) => delivered.add(each.event.id),
  });
  expect(await delivered.next('the early event')).toBe(early.id);
  await subscription.stop();
});

test('a handler that works longer than ack_wait keeps its event', async () => {
  const { event, consuming } = typed('long');
  const done = Promise.withResolvers<void>();
  let calls = 0;
  const options = {
    ...consuming,
    concurrency: 2,
    ackWaitMs: 1_000,
    workingEveryMs: 250,
    handle: async () => {
      calls += 1;
      await done.promise;
    },
  };
  const other = await server.connect('tester');
  const subscriptions = [await bus.consume(options), await other.consume(options)];
  await bus.publish(event());
  // Three times ack_wait: what must not happen has no event to wait for.
  await new Promise((resolve) => {
    setTimeout(resolve, 3_000);
  });
  expect(calls).toBe(1);
  done.resolve();
  await Promise.all(subscriptions.map((each) => each.stop()));
});

test('a busy replica takes no event that an idle one could have', async () => {
  const { event, consuming } = typed('shared');
  const busy = Promise.withResolvers<void>();
  const started = new Arrivals<string>();
  const [left, right] = [await server.connect('left'), await server.connect('right')];
  const consume = (replica: Bus, name: string) =>
    replica.consume({
      ...consuming,
      handle: async ({ event: { data } }) => {
        started.add(name);
        if (data === 'long') await busy.promise;
      },
    });
  const subscriptions = [await consume(left, 'left'), await consume(right, 'right')];
  await bus.publish(event({ data: 'long' }));
  const occupied = await started.next('the long one');
  for (let count = 0; count < 10; count += 1) await bus.publish(event());
  for (let count = 0; count < 10; count += 1) expect(await started.next('a short one')).not.toBe(occupied);
  busy.resolve();
  await Promise.all(subscriptions.map((each) => each.stop()));
});

test('concurrency is a limit, and is used up', async () => {
  const { event, consuming } = typed('parallel');
  let running = 0;
  let most = 0;
  const ended = new Arrivals<number>();
  const full = Promise.withResolvers<void>();
  const subscription = await bus.consume({
    ...consuming,
    concurrency: 3,
    handle: async () => {
      running += 1;
      most = Math.max(most, running);
      if (running === 3) full.resolve();
      await full.promise;
      running -= 1;
      ended.add(1);
    },
  });
  for (let count = 0; count < 9; count += 1) await bus.publish(event());
  for (let count = 0; count < 9; count += 1) await ended.next('each of nine');
  expect(most).toBe(3);
  await subscription.stop();
});

test('ordered: one at a time among all replicas, in stream order, also past a failure', async () => {
  const { event, consuming } = typed('ordered');
  const [left, right] = [await server.connect('left'), await server.connect('right')];
  const seen = new Arrivals<unknown>();
  let running = 0;
  const options = {
    ...consuming,
    ordered: true,
    concurrency: 2,
    handle: async ({ event: { data }, redelivered }: Delivery) => {
      running += 1;
      expect(running).toBe(1);
      await new Promise(setImmediate);
      running -= 1;
      if (data === 3 && !redelivered) throw new RetryLater('Not yet.', 200);
      seen.add(data);
    },
  };
  const subscriptions = [await left.consume(options), await right.consume(options)];
  for (let data = 0; data < 8; data += 1) await bus.publish(event({ data }));
  const order: unknown[] = [];
  for (let count = 0; count < 8; count += 1) order.push(await seen.next(`number ${count}`));
  expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  await Promise.all(subscriptions.map((each) => each.stop()));
});
