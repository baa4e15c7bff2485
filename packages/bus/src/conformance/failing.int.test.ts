import { HoldfastError } from '@holdfast/contracts';
import { connect } from 'nats';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RetryLater, type Bus } from '../index.ts';
import { anEvent, Arrivals, collect } from './builders.ts';
import { startOtherProcess } from './other-process.ts';
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
const lettersOf = async (durable: string) =>
  (await collect(bus.deadLetters())).filter((letter) => letter.durable === durable);

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

test('a dead letter is retried by its handler alone, then removed', async () => {
  const { event, consuming } = typed('again');
  const other = { durable: 'test_again_other', filterSubject: consuming.filterSubject };
  const seen = new Arrivals<string>();
  const heard: string[] = [];
  const buried = new Arrivals<string>();
  let refuses = true;
  const subscriptions = await Promise.all([
    bus.consume({
      ...consuming,
      handle: async (delivery) => {
        if (refuses) throw new HoldfastError('invalid_request', 'No.');
        seen.add(delivery.event.id);
      },
      onDeadLetter: async (delivery) => buried.add(delivery.event.id),
    }),
    bus.consume({ ...other, handle: async (delivery) => void heard.push(delivery.event.id) }),
  ]);
  const sent = event();
  await bus.publish(sent);
  await buried.next('the dead letter');
  refuses = false;
  const [letter] = await lettersOf(consuming.durable);
  if (!letter) throw new Error('no letter');
  expect(await collect(bus.deadLetters(letter.sequence))).toEqual([letter]);
  await bus.retryDeadLetter(letter);
  await bus.retryDeadLetter(letter);
  expect(await seen.next('the retry')).toBe(sent.id);
  const next = event();
  await bus.publish(next);
  expect(await seen.next('what came after it')).toBe(next.id);
  await bus.removeDeadLetter(letter.sequence);
  await bus.removeDeadLetter(letter.sequence);
  expect(await collect(bus.deadLetters(letter.sequence))).toEqual([]);
  expect(await lettersOf(consuming.durable)).toEqual([]);
  for (const subscription of subscriptions) await subscription.stop();
  expect(heard).toEqual([sent.id, next.id]);
  const { lastSequence } = await bus.eventsInfo();
  const stored = (await collect(bus.readEvents(1, { untilSequence: lastSequence }))).filter(
    (each) => each.event?.id === sent.id,
  );
  expect(stored.map(({ retryFor }) => retryFor)).toEqual([undefined, consuming.durable]);
});

test('what is no event cannot be retried', async () => {
  const letter = {
    sequence: 1,
    event: { base64: 'eA==' },
    reason: { code: 'invalid_request', message: 'no' },
    durable: 'd',
    deliveryCount: 1,
    at: '2026-01-01T00:00:00Z',
  } as const;
  await expect(bus.retryDeadLetter(letter)).rejects.toMatchObject({ code: 'dead_letter_unusable' });
});
