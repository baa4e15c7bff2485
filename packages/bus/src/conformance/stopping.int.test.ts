import { connect } from 'nats';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RetryLater, type Bus, type Delivery } from '../index.ts';
import { anEvent, Arrivals } from './builders.ts';
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
