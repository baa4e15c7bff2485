import { failureOf } from '@holdfast/contracts';
import { connect } from 'nats';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { Bucket, Bus, Entry } from '../index.ts';
import { Arrivals } from './builders.ts';
import { startPrivateServer, type PrivateServer } from './private-server.ts';

const thingSchema = z.object({ count: z.number() });
type Thing = z.infer<typeof thingSchema>;

let server: PrivateServer;
let bus: Bus;
let things: Bucket<Thing>;
beforeAll(async () => {
  server = await startPrivateServer({
    buckets: { things: { ttlMs: 0 }, brief: { ttlMs: 1_000 }, leases: { ttlMs: 1_500 } },
  });
  bus = await server.connect('tester');
  things = await bus.bucket('things', thingSchema);
});
afterAll(() => server.stop());

async function mustCreate(key: string, value: Thing): Promise<Entry<Thing>> {
  const entry = await things.create(key, value);
  if (!entry) throw new Error(`${key} should have been free`);
  return entry;
}

/** Follows a key in the background. */
function watching(key: string) {
  const stopping = new AbortController();
  const seen = new Arrivals<number | 'removed'>();
  const ended = (async () => {
    for await (const entry of things.watch(key, stopping.signal)) seen.add(entry.value?.count ?? 'removed');
  })();
  return {
    seen,
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
}

test('a key is created once, and read as it was written', async () => {
  expect(await things.get('one')).toBeUndefined();
  const created = await mustCreate('one', { count: 1 });
  expect(await things.create('one', { count: 2 })).toBeUndefined();
  expect(await things.get('one')).toEqual(created);
  expect(created).toMatchObject({ key: 'one', value: { count: 1 } });
});

test('of 20 creations of one key, one wins', async () => {
  const results = await Promise.all(
    Array.from({ length: 20 }, (_, count) => things.create('race', { count })),
  );
  const winners = results.filter((each) => each !== undefined);
  expect(winners).toHaveLength(1);
  expect(await things.get('race')).toEqual(winners[0]);
});

test('of 20 updates from one revision, one wins', async () => {
  const { revision } = await mustCreate('updates', { count: -1 });
  const results = await Promise.all(
    Array.from({ length: 20 }, (_, count) => things.update('updates', { count }, revision)),
  );
  const winners = results.filter((each) => each !== undefined);
  expect(winners).toHaveLength(1);
  expect(winners[0]?.revision).toBeGreaterThan(revision);
  expect(await things.get('updates')).toEqual(winners[0]);
});

test('twenty that count by read and compare-and-set lose no step', async () => {
  await mustCreate('counter', { count: 0 });
  const step = async (): Promise<void> => {
    for (;;) {
      const entry = await things.get('counter');
      if (!entry) throw new Error('the counter is gone');
      if (await things.update('counter', { count: entry.value.count + 1 }, entry.revision)) return;
    }
  };
  await Promise.all(Array.from({ length: 20 }, step));
  expect((await things.get('counter'))?.value.count).toBe(20);
});

test('a removed key is gone, cannot be updated from what it was, and can be created anew', async () => {
  const { revision } = await mustCreate('removed', { count: 1 });
  await things.remove('removed');
  await things.remove('removed');
  expect(await things.get('removed')).toBeUndefined();
  expect(await things.update('removed', { count: 2 }, revision)).toBeUndefined();
  const again = await mustCreate('removed', { count: 3 });
  expect(again.revision).toBeGreaterThan(revision);
  expect(await things.get('removed')).toEqual(again);
});

test('a key at another revision is not removed', async () => {
  const { revision } = await mustCreate('guarded', { count: 1 });
  const changed = await things.update('guarded', { count: 2 }, revision);
  await expect(things.remove('guarded', revision)).rejects.toMatchObject({ code: 'version_conflict' });
  expect(await things.get('guarded')).toEqual(changed);
  await things.remove('guarded', changed?.revision);
  expect(await things.get('guarded')).toBeUndefined();
});

test('entries are what there is, without what was removed', async () => {
  await mustCreate('list.a', { count: 1 });
  const b = await mustCreate('list.b', { count: 2 });
  await mustCreate('list.c', { count: 3 });
  await things.update('list.b', { count: 20 }, b.revision);
  await things.remove('list.c');
  const listed = (await things.entries()).filter((entry) => entry.key.startsWith('list.'));
  expect(new Map(listed.map(({ key, value }) => [key, value.count]))).toEqual(
    new Map([
      ['list.a', 1],
      ['list.b', 20],
    ]),
  );
});

test('an empty bucket has no entries', async () => {
  expect(await (await bus.bucket('brief', thingSchema)).entries()).toEqual([]);
});

test('a key of a bucket with a TTL is gone after it, and free', async () => {
  const brief = await bus.bucket('brief', thingSchema);
  await brief.create('short', { count: 1 });
  expect(await brief.get('short')).toBeDefined();
  await expect.poll(() => brief.get('short'), { timeout: 10_000 }).toBeUndefined();
  expect(await brief.create('short', { count: 2 })).toBeDefined();
});

test.each(['', 'a b', '.a', 'a.', 'a..b', 'a*', 'a.>', 'ä'])('"%s" is refused as a key', async (key) => {
  const failure = await things.create(key, { count: 1 }).then(
    () => undefined,
    (error: unknown) => failureOf(error),
  );
  expect(failure).toMatchObject({ code: 'invalid_request' });
});

test.each([
  ['no JSON', 'oops'],
  ['another shape', '{"count":"many"}'],
])('a value that is %s fails with a sentence that names the key', async (_, value) => {
  const stranger = await connect({ servers: server.url });
  await stranger.jetstream().publish('$KV.things.foreign', value);
  await expect(things.get('foreign')).rejects.toThrow(/foreign/);
  await things.remove('foreign');
  await stranger.close();
});

test('a watch tells the present value first, then each change, and the removal', async () => {
  const { revision } = await mustCreate('watched', { count: 1 });
  const { seen, stop } = watching('watched');
  expect(await seen.next('the present value')).toBe(1);
  await things.update('watched', { count: 2 }, revision);
  expect(await seen.next('the change')).toBe(2);
  await things.remove('watched');
  expect(await seen.next('the removal')).toBe('removed');
  await mustCreate('watched', { count: 3 });
  expect(await seen.next('the new value')).toBe(3);
  await stop();
});

test('a watch of a key that is not there yet waits for it, and hears no other key', async () => {
  const { seen, stop } = watching('awaited');
  await mustCreate('awaited-not', { count: 7 });
  await mustCreate('awaited', { count: 8 });
  expect(await seen.next('the value')).toBe(8);
  expect(seen.all).toEqual([8]);
  await stop();
});

test('a watch goes on after NATS was killed and restarted', async () => {
  const { revision } = await mustCreate('surviving', { count: 1 });
  const { seen, stop } = watching('surviving');
  expect(await seen.next('the present value')).toBe(1);
  await server.kill();
  await server.revive();
  const updated = await things.update('surviving', { count: 2 }, revision);
  expect(updated).toBeDefined();
  let last: number | 'removed' = 1;
  while (last !== 2) last = await seen.next('the change after the restart');
  await stop();
});

test('a write during an outage waits, and conflicts with nobody, least of all itself', async () => {
  const { revision } = await mustCreate('patient', { count: 1 });
  await server.kill();
  const writing = things.update('patient', { count: 2 }, revision);
  await server.revive();
  expect(await writing).toMatchObject({ value: { count: 2 } });
});

test('changes tell what is there below a prefix, then what comes, and leave out what does not fit', async () => {
  await mustCreate('red.one', { count: 1 });
  await mustCreate('blue.one', { count: 2 });
  const strangers = await bus.bucket('things', z.object({ name: z.string() }));
  await strangers.create('red.strange', { name: 'from another release' });
  const stopping = new AbortController();
  const seen: (number | undefined)[] = [];
  for await (const { value } of things.changes({ prefix: 'red', signal: stopping.signal })) {
    seen.push(value?.count);
    if (seen.length === 1) await mustCreate('red.two', { count: 3 });
    if (seen.length === 2) await things.remove('red.one');
    if (seen.length === 3) stopping.abort();
  }
  expect(seen).toEqual([1, 3, undefined]);
});
