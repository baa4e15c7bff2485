import { failureOf, HoldfastError } from '@holdfast/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Bus } from '../index.ts';
import { Arrivals } from './builders.ts';
import { startPrivateServer, type PrivateServer } from './private-server.ts';

let server: PrivateServer;
let asker: Bus;
let answerer: Bus;
beforeAll(async () => {
  server = await startPrivateServer();
  asker = await server.connect('asker');
  answerer = await server.connect('answerer');
});
afterAll(() => server.stop());

const failed = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable('it should have failed'),
    (error: unknown) => failureOf(error),
  );

test('a request is answered by one of the replicas', async () => {
  const replica = await server.connect('answerer');
  let calls = 0;
  const answer = async (payload: unknown) => {
    calls += 1;
    return { echo: payload };
  };
  const subscriptions = [
    await answerer.respond('control.test.echo', answer),
    await replica.respond('control.test.echo', answer),
  ];
  for (let number = 0; number < 10; number += 1) {
    expect(await asker.request('control.test.echo', { number }, 5_000)).toEqual({ echo: { number } });
  }
  expect(calls).toBe(10);
  await Promise.all(subscriptions.map((each) => each.stop()));
});

test('what the other side threw arrives with its code and sentence', async () => {
  const subscription = await answerer.respond('control.test.fail', async () => {
    throw new HoldfastError('history_unavailable', 'Its PostgreSQL is down.');
  });
  expect(await failed(asker.request('control.test.fail', {}, 5_000))).toEqual({
    code: 'history_unavailable',
    message: 'Its PostgreSQL is down.',
  });
  await subscription.stop();
});

test('nobody there is told at once, no answer after the time limit', async () => {
  const startedAt = performance.now();
  expect(await failed(asker.request('control.test.nobody', {}, 10_000))).toMatchObject({
    code: 'bus_unavailable',
  });
  expect(performance.now() - startedAt).toBeLessThan(2_000);
  const subscription = await answerer.respond('control.test.slow', () => new Promise(() => undefined));
  expect(await failed(asker.request('control.test.slow', {}, 300))).toMatchObject({
    code: 'bus_unavailable',
  });
  await subscription.stop(10);
});

test('of hundreds that ask at once each gets its own answer, or its own failure', async () => {
  const subscription = await answerer.respond('control.test.many', async (payload) => {
    const { number } = payload as { readonly number: number };
    await new Promise((resolve) => {
      setTimeout(resolve, (number * 7) % 20);
    });
    if (number % 10 === 0) throw new HoldfastError('invalid_request', `not ${number}`);
    return number;
  });
  const numbers = Array.from({ length: 500 }, (_, number) => number);
  const answers = numbers.map((number) =>
    number % 50 === 1
      ? failed(asker.request('control.test.nobody', {}, 5_000))
      : asker.request('control.test.many', { number }, 10_000).catch((error: unknown) => failureOf(error)),
  );
  const expected = numbers.map((number) => {
    if (number % 50 === 1) return expect.objectContaining({ code: 'bus_unavailable' }) as unknown;
    return number % 10 === 0 ? { code: 'invalid_request', message: `not ${number}` } : number;
  });
  expect(await Promise.all(answers)).toEqual(expected);
  await subscription.stop();
});

test("an answer that comes too late is nobody else's", async () => {
  let calls = 0;
  const subscription = await answerer.respond('control.test.late', async () => {
    const call = (calls += 1);
    if (call === 1) {
      await new Promise((resolve) => {
        setTimeout(resolve, 400);
      });
    }
    return call;
  });
  expect((await failed(asker.request('control.test.late', {}, 200))).message).toContain('in time');
  const next = asker.request('control.test.late', {}, 5_000);
  expect(await next).toBe(2);
  await subscription.stop();
});

test('a responder that stops finishes the answer it has begun', async () => {
  const begun = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<string>();
  const subscription = await answerer.respond('control.test.drained', () => {
    begun.resolve();
    return finish.promise;
  });
  const answer = asker.request('control.test.drained', {}, 10_000);
  await begun.promise;
  const stopped = subscription.stop();
  finish.resolve('done');
  expect(await answer).toBe('done');
  await stopped;
  expect(await failed(asker.request('control.test.drained', {}, 2_000))).toMatchObject({
    code: 'bus_unavailable',
  });
});

test('who listens hears what is broadcast meanwhile, until it is aborted', async () => {
  const stopping = new AbortController();
  const heard = new Arrivals<unknown>();
  const listening = (async () => {
    for await (const { subject, payload } of asker.listen('progress.*', stopping.signal))
      heard.add([subject, payload]);
  })();
  // Nothing tells when the listener is known to the server; what came too early is not heard, so it is said again.
  const calling = setInterval(() => answerer.broadcast('progress.one', { percent: 1 }), 20);
  expect(await heard.next('a broadcast')).toEqual(['progress.one', { percent: 1 }]);
  clearInterval(calling);
  stopping.abort();
  await listening;
});

test('a broadcast without NATS is dropped without an error, and not said later', async () => {
  const stopping = new AbortController();
  const heard = new Arrivals<unknown>();
  const listening = (async () => {
    for await (const { payload } of asker.listen('progress.lost', stopping.signal)) heard.add(payload);
  })();
  await server.kill();
  await expect.poll(() => answerer.isConnected()).toBe(false);
  answerer.broadcast('progress.lost', 'stale');
  await server.revive();
  await expect
    .poll(() => [answerer.isConnected(), asker.isConnected()], { timeout: 10_000 })
    .toEqual([true, true]);
  const calling = setInterval(() => answerer.broadcast('progress.lost', 'fresh'), 20);
  expect(await heard.next('a broadcast after the restart')).toBe('fresh');
  clearInterval(calling);
  expect(heard.all).not.toContain('stale');
  stopping.abort();
  await listening;
});

test('who waits for an answer when the connection breaks is told so at once', async () => {
  const asked = Promise.withResolvers<void>();
  const subscription = await answerer.respond('control.test.broken', () => {
    asked.resolve();
    return new Promise(() => undefined);
  });
  const answer = failed(asker.request('control.test.broken', {}, 10_000));
  await asked.promise;
  const killedAt = performance.now();
  await server.kill();
  expect((await answer).message).toContain('broke while control.test.broken was asked');
  expect(performance.now() - killedAt).toBeLessThan(5_000);
  await server.revive();
  await subscription.stop(10);
});
