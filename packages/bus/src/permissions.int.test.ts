import { randomUUID } from 'node:crypto';
import { busAccess, busUsers, eventTypes, type BusUser, type Envelope } from '@holdfast/contracts';
import { startTestNats, type TestNats } from '@holdfast/testing';
import { connect, nkeyAuthenticator, type NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { inboxPrefixOf } from './inbox.ts';
import { RetryLater, type Bus } from './index.ts';

const anything = z.object({ by: z.string() });
const refused = expect.objectContaining({ code: 'forbidden' });

let nats: TestNats;
const buses = new Map<BusUser, Bus>();
const raw = new Map<BusUser, NatsConnection>();
const busOf = (user: BusUser): Bus => {
  const bus = buses.get(user);
  if (!bus) throw new Error(`${user} is not connected`);
  return bus;
};

beforeAll(async () => {
  nats = await startTestNats();
  for (const user of busUsers) {
    buses.set(user, await nats.connectAs(user));
    const credentials = nats.credentialsFor(user);
    const seed = 'nkeySeed' in credentials ? credentials.nkeySeed : '';
    const authenticator = nkeyAuthenticator(new TextEncoder().encode(seed));
    raw.set(user, await connect({ servers: nats.url, authenticator, inboxPrefix: inboxPrefixOf(user) }));
  }
});
afterAll(async () => {
  await Promise.all([...buses.values()].map((bus) => bus.drain()));
  await Promise.all([...raw.values()].map((connection) => connection.close()));
  await nats.stop();
});

const event = (type: string): Envelope => ({
  specversion: '1.0',
  id: randomUUID(),
  type,
  source: '/holdfast/test',
  subject: randomUUID(),
  time: new Date().toISOString(),
  datacontenttype: 'application/json',
  database: 'app',
  data: {},
});

/** A request below our own code: what a stolen key could try. */
const ask = (user: BusUser, subject: string, payload = ''): Promise<unknown> => {
  const connection = raw.get(user);
  if (!connection) throw new Error(`${user} is not connected`);
  return connection.request(subject, payload, { timeout: 2_000 });
};

const DENIED = { code: 'PERMISSIONS_VIOLATION' };

describe.each(busUsers)('%s', (user) => {
  const access = busAccess[user];

  test.each(eventTypes)('%s is published exactly when that is declared', async (type) => {
    const publishing = busOf(user).publish(event(type));
    if (access.publishes.includes(type)) expect(await publishing).toMatchObject({ duplicate: false });
    else await expect(publishing).rejects.toEqual(refused);
  });

  test('consumes what is declared: handles, retries, gives up', async () => {
    const durables =
      access.consumes === 'everything'
        ? [{ durable: user, filterSubject: '>', type: undefined }]
        : access.consumes.map((type) => ({
            durable: `${user}_${type.replaceAll('.', '_')}`,
            filterSubject: `${type}.>`,
            type,
          }));
    for (const { durable, filterSubject, type } of durables) {
      const publisher = busUsers.find(
        (each) => type === undefined || busAccess[each].publishes.includes(type),
      );
      const sent = event(type ?? 'backup.requested');
      await busOf(type === undefined ? 'api-gateway' : (publisher ?? user)).publish(sent);
      const { promise: givenUp, resolve } = Promise.withResolvers<string>();
      const subscription = await busOf(user).consume({
        durable,
        filterSubject,
        maxDeliveries: 1,
        handle: ({ event: received, deliveryCount }) =>
          received.id === sent.id && deliveryCount === 1
            ? Promise.reject(new RetryLater('again', 1))
            : Promise.resolve(),
        onDeadLetter: ({ event: received }) => {
          resolve(received.id);
          return Promise.resolve();
        },
      });
      expect(await givenUp).toBe(sent.id);
      await subscription.stop();
    }
  });

  test.each(['runs', 'leases', 'presence', 'idempotency', 'tokens'] as const)(
    'bucket %s is written and read exactly when that is declared',
    async (name) => {
      const opening = busOf(user).bucket(name, anything);
      const mayRead = access.writes.includes(name) || access.reads.includes(name);
      // Who makes a bucket may look whether it is there, and no further.
      if (!mayRead && access.provisions !== true) {
        await expect(opening).rejects.toEqual(refused);
        await expect(ask(user, `$KV.${name}.x`, '{}')).rejects.toMatchObject(DENIED);
        await expect(ask(user, `$JS.API.STREAM.MSG.GET.KV_${name}`, '{"seq":1}')).rejects.toMatchObject(
          DENIED,
        );
        return;
      }
      const bucket = await opening;
      const key = `of-${user}`;
      if (!mayRead) {
        await expect(bucket.get(key)).rejects.toEqual(refused);
        await expect(bucket.create(key, { by: user })).rejects.toEqual(refused);
        return;
      }
      const created = await bucket.create(key, { by: user });
      expect(created?.value).toEqual({ by: user });
      const updated = await bucket.update(key, { by: 'again' }, created?.revision ?? 0);
      expect(await bucket.get(key)).toEqual(updated);
      expect((await bucket.entries()).map((entry) => entry.key)).toContain(key);
      const watching = new AbortController();
      for await (const entry of bucket.watch(key, watching.signal)) {
        expect(entry.value).toEqual({ by: 'again' });
        watching.abort();
      }
      await bucket.remove(key);
      expect(await bucket.get(key)).toBeUndefined();
    },
  );

  test('the events stream is read exactly when that is declared', async () => {
    const info = busOf(user).eventsInfo();
    if (!access.streams.includes('events') && access.provisions !== true) {
      await expect(info).rejects.toEqual(refused);
      return;
    }
    const { lastSequence } = await info;
    let seen = 0;
    for await (const { sequence } of busOf(user).readEvents(1, { untilSequence: lastSequence }))
      seen = sequence;
    expect(seen).toBe(lastSequence);
  });

  test.each(['STREAM.DELETE.BACKUP_EVENTS', 'STREAM.PURGE.BACKUP_EVENTS', 'STREAM.DELETE.KV_runs'])(
    'is refused %s',
    async (verb) => {
      await expect(ask(user, `$JS.API.${verb}`)).rejects.toMatchObject(DENIED);
    },
  );

  test("cannot listen to another's answers", async () => {
    const other = busUsers.find((each) => each !== user) ?? user;
    const { promise: told, resolve } = Promise.withResolvers<string>();
    raw.get(user)?.subscribe(`${inboxPrefixOf(other)}.>`, {
      callback: (error) => {
        if (error) resolve(error.code);
      },
    });
    expect(await told).toBe(DENIED.code);
  });
});

test('the gateway asks, history answers', async () => {
  const responder = await busOf('history').respond('control.history.rebuild', (payload) =>
    Promise.resolve({ payload }),
  );
  const answer = await busOf('api-gateway').request('control.history.rebuild', { by: 'me' }, 5_000);
  expect(answer).toEqual({ payload: { by: 'me' } });
  await responder.stop();
  await expect(busOf('validator').request('control.history.rebuild', {}, 5_000)).rejects.toEqual(refused);
});

test('leases are held by who works', async () => {
  for (const user of ['backup-worker', 'validator', 'retention'] as const) {
    const leases = await busOf(user).leases('leases');
    const lease = await leases.acquire(`of-${user}`, user);
    await lease?.release();
    await leases.waitUntilFree(`of-${user}`, AbortSignal.timeout(5_000));
    expect(lease?.token).toBeGreaterThan(0);
  }
  await expect(busOf('history').leases('leases')).rejects.toEqual(refused);
});

test('progress is heard by the gateway', async () => {
  const listening = new AbortController();
  const heard = busOf('api-gateway').listen('progress.one', listening.signal)[Symbol.asyncIterator]();
  const next = heard.next();
  // Both ways through the server: the subscription is there before the broadcast.
  await busOf('api-gateway').publish(event('backup.requested'));
  busOf('backup-worker').broadcast('progress.one', { rawBytes: 1 });
  expect((await next).value).toEqual({ subject: 'progress.one', payload: { rawBytes: 1 } });
  listening.abort();
});
