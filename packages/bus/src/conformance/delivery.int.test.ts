import { HoldfastError } from '@holdfast/contracts';
import { connect } from 'nats';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RetryLater, type Bus, type Delivery } from '../index.ts';
import { anEvent, Arrivals, collect } from './builders.ts';
import { startOtherProcess } from './other-process.ts';
import { EVENTS, startPrivateServer, type PrivateServer } from './private-server.ts';

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
const lettersOf = async (durable: string) =>
  (await collect(bus.deadLetters())).filter((letter) => letter.durable === durable);

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

test('a handler that fails sees its event again after a growing delay, then succeeds', async () => {
  const { event, consuming } = typed('flaky');
  const seen = new Arrivals<{ readonly count: number; readonly at: number }>();
  const subscription = await bus.consume({
    ...consuming,
    handle: async ({ deliveryCount }) => {
      seen.add({ count: deliveryCount, at: performance.now() });
      if (deliveryCount < 3) throw new HoldfastError('storage_failed', 'Try again.');
    },
  });
  await bus.publish(event());
  const [first, second, third] = [await seen.next('1'), await seen.next('2'), await seen.next('3')];
  expect([first.count, second.count, third.count]).toEqual([1, 2, 3]);
  expect(second.at - first.at).toBeGreaterThan(400);
  expect(third.at - second.at).toBeGreaterThan(900);
  await subscription.stop();
  expect(await lettersOf(consuming.durable)).toEqual([]);
});

test.each([300, 1_700])('RetryLater brings the event back after %i ms, not sooner', async (delayMs) => {
  const { event, consuming } = typed(`later_${delayMs}`);
  const seen = new Arrivals<number>();
  const subscription = await bus.consume({
    ...consuming,
    handle: async ({ redelivered }) => {
      seen.add(performance.now());
      if (!redelivered) throw new RetryLater('Not yet.', delayMs);
    },
  });
  await bus.publish(event());
  const first = await seen.next('the first delivery');
  const tookMs = (await seen.next('the second delivery')) - first;
  expect(tookMs).toBeGreaterThanOrEqual(delayMs - 5);
  expect(tookMs).toBeLessThan(delayMs + 1_500);
  await subscription.stop();
});

test('an event that keeps failing becomes one dead letter, with its reason', async () => {
  const { event, consuming } = typed('hopeless');
  const told = new Arrivals<{ readonly code: string; readonly stored: number }>();
  const hopeless = event({ data: { keep: 'this' } });
  let calls = 0;
  const subscription = await bus.consume({
    ...consuming,
    maxDeliveries: 2,
    handle: async () => {
      calls += 1;
      throw new HoldfastError('storage_failed', 'The disk is on fire.');
    },
    onDeadLetter: async ({ event: { id } }, { code }) => {
      expect(id).toBe(hopeless.id);
      told.add({ code, stored: (await lettersOf(consuming.durable)).length });
    },
  });
  await bus.publish(hopeless);
  expect(await told.next('the dead letter')).toEqual({ code: 'storage_failed', stored: 1 });
  expect(calls).toBe(2);
  expect(await lettersOf(consuming.durable)).toMatchObject([
    {
      event: hopeless,
      reason: { code: 'storage_failed', message: 'The disk is on fire.' },
      deliveryCount: 2,
    },
  ]);
  await subscription.stop();
});

test('what cannot succeed is a dead letter at once, and the next event is handled', async () => {
  const { event, consuming } = typed('refused');
  const handled = new Arrivals<string>();
  const subscription = await bus.consume({
    ...consuming,
    handle: async ({ event: { id, data } }) => {
      if (data === 'bad') throw new HoldfastError('invalid_request', 'No such thing.');
      handled.add(id);
    },
  });
  await bus.publish(event({ data: 'bad' }));
  const good = event();
  await bus.publish(good);
  expect(await handled.next('the good event')).toBe(good.id);
  expect(await lettersOf(consuming.durable)).toMatchObject([
    { deliveryCount: 1, reason: { code: 'invalid_request' } },
  ]);
  await subscription.stop();
});

test.each([
  ['no JSON at all', Buffer.from([0xff, 0x00, 0x7b])],
  ['JSON that is no envelope', Buffer.from('{"hello":"world"}')],
  ['nothing', Buffer.alloc(0)],
])('a message with %s is a dead letter that keeps its content, and is never handled', async (name, bytes) => {
  const { event, consuming } = typed(`invalid_${name.replaceAll(' ', '_')}`);
  const stranger = await connect({ servers: server.url });
  const handled = new Arrivals<string>();
  const subscription = await bus.consume({
    ...consuming,
    handle: async (each) => handled.add(each.event.id),
  });
  await stranger.jetstream().publish(`${consuming.filterSubject.slice(0, -1)}app`, bytes);
  const valid = event();
  await bus.publish(valid);
  expect(await handled.next('the valid event')).toBe(valid.id);
  expect(handled.all).toEqual([valid.id]);
  const [letter, ...more] = await lettersOf(consuming.durable);
  expect(more).toEqual([]);
  expect(letter).toMatchObject({ deliveryCount: 1, reason: { message: expect.stringMatching(/\w/) } });
  const kept = letter?.event as { base64?: string }; // the shape that the interface promises
  const content =
    kept.base64 === undefined ? Buffer.from(JSON.stringify(kept)) : Buffer.from(kept.base64, 'base64');
  expect(content).toEqual(bytes);
  await subscription.stop();
  await stranger.close();
});

test('a killed process leaves its event to another, counted; when it kills too often it is a dead letter', async () => {
  const first = startOtherProcess('consumer', server.url);
  expect(await first.heard.next('the process')).toBe('ready');
  const deadly = anEvent();
  await bus.publish(deadly);
  expect(await first.heard.next('its delivery')).toEqual({ id: deadly.id, deliveryCount: 1 });
  await first.kill();

  const second = startOtherProcess('consumer', server.url);
  expect(await second.heard.next('the second process')).toBe('ready');
  expect(await second.heard.next('the takeover')).toEqual({ id: deadly.id, deliveryCount: 2 });
  await second.kill();

  const handled = new Arrivals<string>();
  const told = new Arrivals<string>();
  const subscription = await bus.consume({
    durable: 'taken_over',
    filterSubject: 'backup.requested.>',
    ackWaitMs: 1_000,
    maxDeliveries: 2,
    handle: async (each) => handled.add(each.event.id),
    onDeadLetter: async ({ event }, { code }) => told.add(`${event.id} ${code}`),
  });
  expect(await told.next('the dead letter')).toBe(`${deadly.id} worker_lost`);
  expect(handled.all).toEqual([]);
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

test('a durable that somebody deleted is made again; nothing that was done comes back', async () => {
  const { event, consuming } = typed('deleted');
  const handled = new Arrivals<string>();
  const subscription = await bus.consume({
    ...consuming,
    handle: async (each) => handled.add(each.event.id),
  });
  const before = event();
  await bus.publish(before);
  expect(await handled.next('the first')).toBe(before.id);
  const admin = await connect({ servers: server.url });
  await (await admin.jetstreamManager()).consumers.delete(EVENTS, consuming.durable);
  const after = event();
  await bus.publish(after);
  expect(await handled.next('the one after')).toBe(after.id);
  expect(handled.all).toEqual([before.id, after.id]);
  await subscription.stop();
  await admin.close();
});

test('an event that waits for its retry survives the loss of the durable', async () => {
  const { event, consuming } = typed('waiting');
  const seen = new Arrivals<unknown>();
  const subscription = await bus.consume({
    ...consuming,
    handle: async ({ event: { data } }) => {
      const isFirst = !seen.all.includes(data);
      seen.add(data);
      if (data === 'waits' && isFirst) throw new RetryLater('Not yet.', 60_000);
    },
  });
  await bus.publish(event({ data: 'waits' }));
  expect(await seen.next('the one that waits')).toBe('waits');
  await bus.publish(event({ data: 'done' }));
  expect(await seen.next('the one after it')).toBe('done');
  const admin = await connect({ servers: server.url });
  await (await admin.jetstreamManager()).consumers.delete(EVENTS, consuming.durable);
  expect(await seen.next('the one that waits, again')).toBe('waits');
  await subscription.stop();
  await admin.close();
});

test('pause takes nothing new; stop waits for what is in flight, and another takes the rest', async () => {
  const { event, consuming } = typed('drained');
  const finish = Promise.withResolvers<void>();
  const started = new Arrivals<string>();
  const draining = await server.connect('draining');
  const subscription = await draining.consume({
    ...consuming,
    handle: async (each) => {
      started.add(each.event.id);
      await finish.promise;
    },
  });
  const [begun, left] = [event(), event()];
  await bus.publish(begun);
  expect(await started.next('the first')).toBe(begun.id);
  subscription.pause();
  await bus.publish(left);
  let isStopped = false;
  const stopped = subscription.stop().then(() => (isStopped = true));
  const taken = new Arrivals<string>();
  const successor = await bus.consume({ ...consuming, handle: async (each) => taken.add(each.event.id) });
  expect(await taken.next('the one left', 5_000)).toBe(left.id);
  expect(isStopped).toBe(false);
  finish.resolve();
  await stopped;
  await draining.drain();
  await bus.publish(event());
  await taken.next('a later one');
  // The first was acknowledged by who began it: it never came again.
  expect(taken.all).not.toContain(begun.id);
  expect(started.all).toEqual([begun.id]);
  await successor.stop();
});

test('at the deadline the handler is warned first, then its event is given to another at once', async () => {
  const { event, consuming } = typed('deadline');
  const warned = new Arrivals<string>();
  const leaving = await server.connect('leaving');
  const subscription = await leaving.consume({
    ...consuming,
    handle: ({ signal }) => {
      warned.add('begun');
      signal.addEventListener('abort', () => warned.add('warned'));
      return new Promise(() => undefined);
    },
  });
  const stubborn = event();
  await bus.publish(stubborn);
  expect(await warned.next('the beginning')).toBe('begun');
  await subscription.stop(1_500);
  expect(await warned.next('the warning', 1)).toBe('warned');
  const taken = new Arrivals<Delivery>();
  const successor = await bus.consume({ ...consuming, handle: async (each) => taken.add(each) });
  // Well below ack_wait, which is 30 s here.
  expect(await taken.next('the takeover', 5_000)).toMatchObject({
    event: { id: stubborn.id },
    redelivered: true,
  });
  await successor.stop();
});
