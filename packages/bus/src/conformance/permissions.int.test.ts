import { buckets, busAccess, busUsers, eventTypes, failureOf, type BucketName } from '@holdfast/contracts';
import { connect, type NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { anEvent, Arrivals, collect } from './builders.ts';
import { startServerWithUsers, verdictOn, type ServerWithUsers } from './with-users.ts';

let server: ServerWithUsers;
beforeAll(async () => {
  server = await startServerWithUsers();
});
afterAll(() => server.stop());

const bucketNames = Object.keys(buckets) as BucketName[]; // Object.keys forgets the literal types
const anything = z.object({ by: z.string() });
const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'allowed',
    (error: unknown) => failureOf(error).code,
  );
const mayHear = async (connection: NatsConnection, subject: string): Promise<string> => {
  const refused = new Promise<string>((resolve) => {
    connection.subscribe(subject, { callback: (error) => error && resolve('refused') });
  });
  // The server answers in order: a refusal comes before the answer to the flush.
  return Promise.race([
    refused,
    connection
      .flush()
      .then(() => connection.flush())
      .then(() => 'allowed'),
  ]);
};

test('without credentials nobody comes in', async () => {
  await expect(connect({ servers: server.url, reconnect: false })).rejects.toMatchObject({
    code: 'AUTHORIZATION_VIOLATION',
  });
});

describe.each(busUsers)('%s', (user) => {
  const access = busAccess[user];

  test('publishes the event types that are declared, and no other', async () => {
    const bus = await server.as(user);
    const verdicts = await Promise.all(
      eventTypes.map(async (type) => [
        type,
        await codeOf(bus.publish(anEvent({ type, database: 'rights' }))),
      ]),
    );
    expect(verdicts).toEqual(
      eventTypes.map((type) => [type, access.publishes.includes(type) ? 'allowed' : 'forbidden']),
    );
  });

  test("consumes what is declared, and takes away nobody else's work", async () => {
    const bus = await server.as(user);
    const types = access.consumes === 'everything' ? [] : access.consumes;
    const wishes = [
      ...eventTypes.map((type) => ({
        durable: `${user}_${type.replaceAll('.', '_')}`,
        filterSubject: `${type}.>`,
        isDeclared: types.includes(type),
      })),
      { durable: user, filterSubject: '>', isDeclared: access.consumes === 'everything' },
      ...busUsers
        .filter((other) => other !== user)
        .flatMap((other) => {
          const { consumes } = busAccess[other];
          return consumes === 'everything'
            ? [{ durable: other, filterSubject: '>', isDeclared: false }]
            : consumes.map((type) => ({
                durable: `${other}_${type.replaceAll('.', '_')}`,
                filterSubject: `${type}.>`,
                isDeclared: false,
              }));
        }),
    ];
    for (const { durable, filterSubject, isDeclared } of wishes) {
      const consuming = bus.consume({ durable, filterSubject, handle: () => Promise.resolve() });
      expect([durable, await codeOf(consuming)]).toEqual([durable, isDeclared ? 'allowed' : 'forbidden']);
      if (isDeclared) await (await consuming).stop();
    }
  });

  const written = bucketNames.filter((name) => access.writes.includes(name));
  const read = bucketNames.filter((name) => !written.includes(name) && access.reads.includes(name));
  const closed = bucketNames.filter((name) => !written.includes(name) && !read.includes(name));

  test('writes, reads and watches the buckets that are declared so', async () => {
    const bus = await server.as(user);
    for (const name of written) {
      const bucket = await bus.bucket(name, anything);
      // Its own name as the key, so that users do not meet.
      const created = await bucket.create(user, { by: user });
      expect(await bucket.get(user)).toEqual(created);
      expect(await bucket.entries()).toContainEqual(created);
      const stopping = new AbortController();
      for await (const entry of bucket.watch(user, stopping.signal)) {
        expect(entry).toEqual(created);
        stopping.abort();
      }
      await bucket.remove(user);
    }
  });

  test('reads but does not write the buckets that are declared so', async () => {
    const bus = await server.as(user);
    for (const name of read) {
      const bucket = await bus.bucket(name, anything);
      expect([name, await codeOf(bucket.entries())]).toEqual([name, 'allowed']);
      expect([name, await codeOf(bucket.create(user, { by: user }))]).toEqual([name, 'forbidden']);
    }
  });

  test('has no way into the other buckets', async () => {
    const [bus, thief] = [await server.as(user), await server.thief(user)];
    for (const name of closed) {
      // To open one asks for no more than its settings, which who makes the streams may see.
      const opened = access.provisions === true ? 'allowed' : 'forbidden';
      expect([name, await codeOf(bus.bucket(name, anything))]).toEqual([name, opened]);
      for (const subject of [
        `$KV.${name}.key`,
        `$JS.API.STREAM.MSG.GET.KV_${name}`,
        `$JS.API.DIRECT.GET.KV_${name}`,
        `$JS.API.DIRECT.GET.KV_${name}.$KV.${name}.key`,
        `$JS.API.CONSUMER.CREATE.KV_${name}`,
        `$JS.API.CONSUMER.CREATE.KV_${name}.reader`,
        `$JS.API.CONSUMER.CREATE.KV_${name}.reader.$KV.${name}.>`,
        `$JS.API.CONSUMER.DURABLE.CREATE.KV_${name}.reader`,
      ]) {
        expect([subject, await verdictOn(thief, subject)]).toEqual([subject, 'refused']);
      }
    }
  });

  test('reads the streams that are declared, and no other', async () => {
    const bus = await server.as(user);
    const readsEvents = access.streams.includes('events');
    const readsLetters = access.streams.includes('deadLetters');
    expect(await codeOf(collect(bus.readEvents(1, { untilSequence: 1 })))).toBe(
      readsEvents ? 'allowed' : 'forbidden',
    );
    expect(await codeOf(collect(bus.deadLetters()))).toBe(readsLetters ? 'allowed' : 'forbidden');
  });

  test('changes no stream and no consumer but as declared', async () => {
    const thief = await server.thief(user);
    const streams = ['BACKUP_EVENTS', 'BACKUP_DEAD_LETTERS', ...bucketNames.map((name) => `KV_${name}`)];
    for (const stream of streams) {
      for (const verb of [
        'STREAM.DELETE',
        'STREAM.PURGE',
        'STREAM.MSG.DELETE',
        'STREAM.RESTORE',
        'STREAM.SNAPSHOT',
      ]) {
        // With a malformed body, so that nothing would happen if it were allowed.
        const subject = `$JS.API.${verb}.${stream}`;
        const mayRemoveLetters =
          access.handlesDeadLetters === true &&
          verb === 'STREAM.MSG.DELETE' &&
          stream === 'BACKUP_DEAD_LETTERS';
        const expected = mayRemoveLetters ? 'allowed' : 'refused';
        expect([subject, await verdictOn(thief, subject, '!')]).toEqual([subject, expected]);
      }
      const update = `$JS.API.STREAM.UPDATE.${stream}`;
      expect(await verdictOn(thief, update, '!')).toBe(access.provisions === true ? 'allowed' : 'refused');
      const remove = `$JS.API.CONSUMER.DELETE.${stream}.backup-worker_backup_requested`;
      expect(await verdictOn(thief, remove)).toBe('refused');
    }
  });

  test('hears its own inbox and what is declared, but no events, buckets or answers of others', async () => {
    const thief = await server.thief(user);
    const others = busUsers.filter((other) => other !== user);
    const foreign = [
      '>',
      '*.>',
      'backup.>',
      'restore.requested.*',
      '$KV.>',
      '$KV.tokens.*',
      '$JS.>',
      '_INBOX.>',
    ];
    for (const subject of [...foreign, ...others.map((other) => `_INBOX.${other}.>`)]) {
      expect([subject, await mayHear(thief, subject)]).toEqual([subject, 'refused']);
    }
    for (const subject of access.hears) expect(await mayHear(thief, subject)).toBe('allowed');
  });

  test('speaks on the core subjects that are declared', async () => {
    const thief = await server.thief(user);
    for (const [subject, declared] of [
      ['control.history.rebuild', 'control.history.rebuild'],
      ['progress.run', 'progress.*'],
      ['control.api-gateway.stop', 'control.api-gateway.stop'],
    ] as const) {
      const expected = access.sends.includes(declared) ? 'allowed' : 'refused';
      expect([subject, await verdictOn(thief, subject)]).toEqual([subject, expected]);
    }
  });
});

test('the gateway asks history to rebuild, and only history can answer', async () => {
  const [gateway, history] = [await server.as('api-gateway'), await server.as('history')];
  const subscription = await history.respond('control.history.rebuild', async (payload) => ({
    rebuilt: payload,
  }));
  expect(await gateway.request('control.history.rebuild', { by: 'a test' }, 5_000)).toEqual({
    rebuilt: { by: 'a test' },
  });
  await subscription.stop();
});

test('the progress of a worker is heard by the gateway', async () => {
  const [gateway, worker] = [await server.as('api-gateway'), await server.as('backup-worker')];
  const stopping = new AbortController();
  const heard = new Arrivals<unknown>();
  const listening = (async () => {
    for await (const { payload } of gateway.listen('progress.run', stopping.signal)) heard.add(payload);
  })();
  // A listener is not told when the server knows it, so it is said again until it is heard.
  const calling = setInterval(() => worker.broadcast('progress.run', { percent: 40 }), 20);
  expect(await heard.next('the progress')).toEqual({ percent: 40 });
  clearInterval(calling);
  stopping.abort();
  await listening;
});

test('a dead letter of each consumer can be stored', async () => {
  const [gateway, history] = [await server.as('api-gateway'), await server.as('history')];
  const told = new Arrivals<string>();
  for (const user of ['backup-worker', 'validator', 'retention'] as const) {
    const { consumes } = busAccess[user];
    const [type] = consumes === 'everything' ? [] : consumes;
    if (type === undefined) throw new Error(`${user} consumes nothing`);
    const subscription = await (
      await server.as(user)
    ).consume({
      durable: `${user}_${type.replaceAll('.', '_')}`,
      filterSubject: `${type}.>`,
      maxDeliveries: 1,
      handle: () => Promise.reject(new Error('broken')),
      onDeadLetter: async () => told.add(user),
    });
    await gateway.publish(anEvent({ type }));
    expect(await told.next(`the dead letter of ${user}`)).toBe(user);
    await subscription.stop();
  }
  const durables = new Set((await collect(history.deadLetters())).map((letter) => letter.durable));
  expect(durables.size).toBe(3);
});
