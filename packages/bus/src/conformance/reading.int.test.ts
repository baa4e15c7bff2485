import { connect } from 'nats';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Bus, StoredEvent } from '../index.ts';
import { anEvent, Arrivals, collect } from './builders.ts';
import { startPrivateServer, type PrivateServer } from './private-server.ts';

let server: PrivateServer;
let bus: Bus;
beforeAll(async () => {
  server = await startPrivateServer({ prefix: 'shared' });
  bus = await server.connect('tester', { prefix: 'shared' });
});
afterAll(() => server.stop());

test('an empty stream is read to its end at once', async () => {
  const { firstSequence, lastSequence } = await bus.eventsInfo();
  expect(lastSequence).toBe(0);
  expect(await collect(bus.readEvents(firstSequence, { untilSequence: lastSequence }))).toEqual([]);
});

test('events are read in stream order, with subject and time, and exactly up to the end', async () => {
  const events = Array.from({ length: 700 }, (_, number) => anEvent({ data: { number } }));
  const stored = await Promise.all(events.map((event) => bus.publish(event)));
  const first = Math.min(...stored.map((each) => each.sequence));
  const read = await collect(bus.readEvents(first + 10, { untilSequence: first + 599 }));
  expect(read.map((each) => each.sequence)).toEqual(Array.from({ length: 590 }, (_, at) => first + 10 + at));
  expect(read.every((each) => each.subject === 'backup.requested.app')).toBe(true);
  const bySequence = new Map(stored.map((each, at) => [each.sequence, events[at]]));
  for (const each of read) expect(each.event).toEqual(bySequence.get(each.sequence));
});

test('what was stored from a time on is read, and nothing where that is to come', async () => {
  const before = await bus.publish(anEvent({}));
  const [{ timestamp } = { timestamp: '' }] = await collect(
    bus.readEvents(before.sequence, { untilSequence: before.sequence }),
  );
  const after = await bus.publish(anEvent({}));
  const from = (date: Date) => collect(bus.readEvents(date, { untilSequence: after.sequence }));
  const read = await from(new Date(Date.parse(timestamp) + 1));
  expect(read.map(({ sequence }) => sequence)).toEqual([after.sequence]);
  expect(await from(new Date(Date.now() + 60_000))).toEqual([]);
});

test('what is no envelope is read too, as it came', async () => {
  const stranger = await connect({ servers: server.url });
  const { seq } = await stranger.jetstream().publish('shared.backup.requested.app', 'not an event');
  const [read] = await collect(bus.readEvents(seq, { untilSequence: seq }));
  expect(read).toMatchObject({ sequence: seq, event: undefined });
  expect(Buffer.from(read?.raw ?? []).toString()).toBe('not an event');
  await stranger.close();
});

test('a prefix keeps us apart from others on a shared bus', async () => {
  const heard = new Arrivals<string>();
  const stranger = await connect({ servers: server.url });
  stranger.subscribe('>', { callback: (_, message) => heard.add(message.subject) });
  await stranger.flush();
  await bus.publish(anEvent({ type: 'backup.completed', database: undefined }));
  await expect.poll(() => heard.all).toContain('shared.backup.completed._');
  const delivered = new Arrivals<string>();
  const subscription = await bus.consume({
    durable: 'prefixed',
    filterSubject: 'backup.completed.>',
    handle: async ({ event }) => delivered.add(event.type),
  });
  expect(await delivered.next('the event')).toBe('backup.completed');
  await subscription.stop();
  await stranger.close();
});

test('without an end the reading follows the stream, through a restart of NATS, until it is aborted', async () => {
  const { lastSequence } = await bus.eventsInfo();
  const stopping = new AbortController();
  const arrived = new Arrivals<StoredEvent>();
  const following = (async () => {
    for await (const event of bus.readEvents(lastSequence + 1, { signal: stopping.signal }))
      arrived.add(event);
  })();
  const [one, two, three] = [anEvent(), anEvent(), anEvent()];
  await bus.publish(one);
  expect((await arrived.next('the first')).event?.id).toBe(one.id);
  await bus.publish(two);
  expect((await arrived.next('the second')).event?.id).toBe(two.id);
  await server.kill();
  await server.revive();
  await bus.publish(three);
  expect((await arrived.next('the third')).event?.id).toBe(three.id);
  stopping.abort();
  await following;
  expect(arrived.all.map((each) => each.sequence)).toEqual([
    lastSequence + 1,
    lastSequence + 2,
    lastSequence + 3,
  ]);
});
