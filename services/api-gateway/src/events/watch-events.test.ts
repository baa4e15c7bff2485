import { connect } from 'node:net';
import type { Envelope } from '@holdfast/contracts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { outcomeOf, RUN } from '../../test/builders.ts';
import { driveGateway, type Driver } from '../../test/driver.ts';
import { openEventFeed } from './event-feed.ts';
import { eventStream, LIMITS } from './event-stream.ts';

let gateway: Driver;
let url = '';
const leaving: AbortController[] = [];
beforeEach(async () => {
  gateway = await driveGateway({ databases: ['app', 'shop'] });
  url = await gateway.app.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(async () => {
  for (const each of leaving.splice(0)) each.abort();
  gateway.stopWaiting();
  await gateway.app.close();
});

let made = 0;
const happen = async (database = 'app', text = ''): Promise<Envelope> => {
  const event = { ...outcomeOf('backup.cancelled', { by: `x${text}` }), id: `e${(made += 1)}`, database };
  await gateway.memory.publish(event);
  return event;
};

type Seen = { readonly id: string | undefined; readonly event: string; readonly data: string };

/** What a browser's EventSource would hand out, as it comes. */
async function watch(query = '', headers: Record<string, string> = {}): Promise<{ readonly seen: Seen[] }> {
  const leave = new AbortController();
  leaving.push(leave);
  const response = await fetch(`${url}/api/v1/events${query}`, {
    headers: { ...gateway.authorization, ...headers },
    signal: leave.signal,
  });
  expect(response.status).toBe(200);
  const seen: Seen[] = [];
  const read = async (): Promise<void> => {
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
        const event = field('event');
        if (event !== undefined) seen.push({ id: field('id'), event, data: field('data') ?? '' });
      }
    }
  };
  void read().catch(() => undefined);
  return { seen };
}

const ids = ({ seen }: { readonly seen: readonly Seen[] }): unknown[] =>
  seen.filter(({ event }) => event !== 'audit.recorded').map(({ data }) => (JSON.parse(data) as Envelope).id);

test('what happens from now on, each event once, named by its type', async () => {
  await happen();
  const watching = await watch();
  const event = await happen();
  await expect.poll(() => ids(watching)).toEqual([event.id]);
  const [first] = watching.seen.filter((each) => each.event === 'backup.cancelled');
  expect(JSON.parse(first?.data ?? '')).toMatchObject({ id: event.id, subject: RUN, database: 'app' });
});

test('a reader that comes back goes on behind the last it saw', async () => {
  const [, second, third] = [await happen(), await happen(), await happen()];
  const watching = await watch('', { 'last-event-id': '1' });
  const fourth = await happen();
  await expect.poll(() => ids(watching)).toEqual([second.id, third.id, fourth.id]);
  const all = await watch('?after=0&type=backup.*');
  await expect.poll(() => ids(all)).toHaveLength(4);
});

test('a time to begin with: what was stored since, then what happens', async () => {
  await happen();
  await new Promise((later) => {
    setTimeout(later, 5);
  });
  const since = new Date().toISOString();
  const second = await happen();
  const watching = await watch(`?since=${since}`);
  const ahead = await watch('?since=2999-01-01T00:00:00Z');
  const third = await happen();
  await expect.poll(() => [ids(watching), ids(ahead)]).toEqual([[second.id, third.id], [third.id]]);
  expect((await gateway.call('GET', '/api/v1/events?since=yesterday')).statusCode).toBe(400);
});

test('an id that is none, or beyond the end, begins now', async () => {
  const first = await watch('', { 'last-event-id': 'x; drop' });
  const second = await watch('', { 'last-event-id': '999999' });
  const event = await happen();
  await expect.poll(() => [ids(first), ids(second)]).toEqual([[event.id], [event.id]]);
});

test('filters by database and type', async () => {
  const ofShop = await watch('?database=shop');
  const restores = await watch('?type=restore.*');
  await happen('app');
  const event = await happen('shop');
  await expect.poll(() => ids(ofShop)).toEqual([event.id]);
  expect(ids(restores)).toEqual([]);
});

test('progress, where it is asked for', async () => {
  const [without, withProgress] = [await watch(), await watch('?progress=1')];
  const progress = { run: RUN, phase: 'dumping', rawBytes: 1, storedBytes: 1, bytesPerSecond: 1 };
  gateway.memory.broadcast(`progress.${RUN}`, { ...progress, at: '2026-01-01T00:00:00Z' });
  await expect.poll(() => withProgress.seen.map(({ event }) => event)).toContain('progress');
  expect(withProgress.seen.find(({ event }) => event === 'progress')?.id).toBeUndefined();
  expect(without.seen.map(({ event }) => event)).not.toContain('progress');
});

test('many clients share one reader of the stream, and the last to leave ends it', async () => {
  let readers = 0;
  const read = gateway.memory.readEvents;
  const feed = openEventFeed({
    ...gateway.deps,
    bus: {
      ...gateway.memory,
      readEvents: (...asked) => {
        readers += 1;
        return read(...asked);
      },
    },
  });
  const heard: number[] = [];
  const leave = await Promise.all(
    Array.from({ length: 1_000 }, (_, index) => feed.subscribe(() => void heard.push(index))),
  );
  await happen();
  await expect.poll(() => heard.length).toBe(1_000);
  expect(readers).toBe(1);
  for (const each of leave) each();
  expect(feed.size()).toBe(0);
});

test('of a thousand 200 read too slowly: they are cut off and keep no memory; the others hear everything', async () => {
  const feed = openEventFeed(gateway.deps);
  const limits = { ...LIMITS, waitingBytes: 100_000 };
  const open = (): ReturnType<typeof eventStream> =>
    eventStream(
      gateway.deps,
      feed,
      {
        caller: { name: 'x', permissions: ['event:read'] },
        wanted: { progress: false },
        from: undefined,
        mayStay: () => Promise.resolve(true),
      },
      limits,
    );
  const slow = await Promise.all(Array.from({ length: 200 }, open));
  const quick = await Promise.all(Array.from({ length: 800 }, open));
  const heard = quick.map(() => 0);
  for (const [index, each] of quick.entries()) {
    each.on('data', (bytes: Buffer) => {
      heard[index] =
        (heard[index] ?? 0) + (bytes.toString().match(/^event: backup\.cancelled$/gm)?.length ?? 0);
    });
  }
  const cut = slow.map((each) => new Promise<void>((resolve) => void each.once('close', resolve)));
  for (let count = 0; count < 60; count += 1) {
    await happen('app', 'y'.repeat(5_000));
    // The quick ones read when it is their turn.
    await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(cut);
  await expect.poll(() => new Set(heard)).toEqual(new Set([60]));
  expect(quick.every((each) => !each.destroyed)).toBe(true);
  expect(feed.size()).toBe(800);
  for (const each of quick) each.destroy();
  await expect.poll(() => feed.size()).toBe(0);
});

test('a client that reads nothing over its socket is cut off', async () => {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const closed = new Promise<void>((resolve) => void socket.once('close', () => resolve()));
  socket.on('error', () => undefined);
  const { authorization } = gateway.authorization;
  socket.write(`GET /api/v1/events HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization}\r\n\r\n`);
  await new Promise<void>((resolve) => void socket.once('data', () => resolve()));
  socket.pause();
  const text = 'z'.repeat(500_000);
  for (let count = 0; count < 40 && !socket.destroyed; count += 1) {
    await happen('app', text);
    await new Promise((resolve) => setImmediate(resolve));
  }
  socket.resume();
  await closed;
  expect(socket.destroyed).toBe(true);
});

test('who may no longer watch is let go with the next heartbeat, and heartbeats come', async () => {
  const feed = openEventFeed(gateway.deps);
  let may = true;
  const stream = await eventStream(
    gateway.deps,
    feed,
    {
      caller: { name: 'x', permissions: ['event:read'] },
      wanted: { progress: false },
      from: undefined,
      mayStay: () => Promise.resolve(may),
    },
    { ...LIMITS, heartbeatMs: 5 },
  );
  let text = '';
  stream.on('data', (chunk) => (text += String(chunk)));
  await expect.poll(() => text.length).toBeGreaterThan(10);
  expect(text.replaceAll(':\n\n', '')).toBe('');
  may = false;
  await new Promise<void>((resolve) => void stream.once('close', resolve));
  expect(feed.size()).toBe(0);
});

test('there is a limit to how many are open', async () => {
  const settings = { ...gateway.deps.settings, HOLDFAST_EVENT_STREAMS: 1 };
  const small = await driveGateway({ change: { settings } });
  const address = await small.app.listen({ host: '127.0.0.1', port: 0 });
  const leave = new AbortController();
  leaving.push(leave);
  const ask = () => fetch(`${address}/api/v1/events`, { headers: small.authorization, signal: leave.signal });
  expect((await ask()).status).toBe(200);
  expect((await ask()).status).toBe(429);
  leave.abort();
  small.stopWaiting();
  await small.app.close();
});
