import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Bus, Leases } from '../index.ts';
import { startOtherProcess } from './other-process.ts';
import { startPrivateServer, type PrivateServer } from './private-server.ts';

// The bucket's TTL is 1.5 s, so a lease is renewed each half second.
const TTL_MS = 1_500;

let server: PrivateServer;
let bus: Bus;
let leases: Leases;
beforeAll(async () => {
  server = await startPrivateServer({ buckets: { leases: { ttlMs: TTL_MS }, slow: { ttlMs: 8_000 } } });
  bus = await server.connect('tester');
  leases = await bus.leases('leases');
});
afterAll(() => server.stop());

async function mustAcquire(key: string, from: Leases = leases) {
  const lease = await from.acquire(key, 'us');
  if (!lease) throw new Error(`${key} should have been free`);
  return lease;
}
const never = new AbortController().signal;
const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });

test('a lease has one holder; of 20 that ask at once, one gets it', async () => {
  const asked = await Promise.all(
    Array.from({ length: 20 }, (_, each) => leases.acquire('race', `holder ${each}`)),
  );
  const held = asked.filter((each) => each !== undefined);
  expect(held).toHaveLength(1);
  expect(await leases.acquire('race', 'another')).toBeUndefined();
  await held[0]?.release();
});

test('a living holder keeps its lease far beyond the TTL', async () => {
  const lease = await mustAcquire('kept');
  const until = performance.now() + 3 * TTL_MS;
  while (performance.now() < until) {
    expect(await leases.acquire('kept', 'another')).toBeUndefined();
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
  }
  expect(lease.lost.aborted).toBe(false);
  await lease.release();
});

test('a released lease is free at once, and the next holder has a greater token', async () => {
  const first = await mustAcquire('released');
  const waiting = leases.waitUntilFree('released', never);
  const releasedAt = performance.now();
  await first.release();
  await waiting;
  expect(performance.now() - releasedAt).toBeLessThan(500);
  const second = await mustAcquire('released');
  expect(second.token).toBeGreaterThan(first.token);
  // Releasing again must not take it from its new holder.
  await first.release();
  expect(await leases.acquire('released', 'another')).toBeUndefined();
  expect(first.lost.aborted).toBe(false);
  await second.release();
});

test('who released a lease takes it again, also after another had it and after the server forgot it', async () => {
  const others = await (await server.connect('tester')).leases('leases');
  await (await mustAcquire('again')).release();
  await (await mustAcquire('again')).release();
  const theirs = await mustAcquire('again', others);
  expect(await leases.acquire('again', 'us')).toBeUndefined();
  await theirs.release();
  await (await mustAcquire('again')).release();
  await new Promise((resolve) => {
    setTimeout(resolve, TTL_MS - 200); // the server's clock and ours differ by when each heard of it
  });
  const last = await mustAcquire('again');
  expect(await others.acquire('again', 'another')).toBeUndefined();
  await last.release();
  await new Promise((resolve) => {
    setTimeout(resolve, TTL_MS + 1_500);
  });
  await (await mustAcquire('again')).release();
});

test('waiting for a free key returns at once; an aborted wait rejects', async () => {
  await leases.waitUntilFree('nobody', never);
  const lease = await mustAcquire('aborted');
  const stopping = new AbortController();
  const waiting = leases.waitUntilFree('aborted', stopping.signal);
  stopping.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow(/enough|aborted/);
  await lease.release();
});

test('the lease of a killed holder runs out, and another takes it over', async () => {
  const holder = startOtherProcess('holder', server.url);
  const { token } = (await holder.heard.next('the lease')) as { token: number }; // process-main.ts tells it so
  expect(await leases.acquire('job', 'us')).toBeUndefined();
  await holder.kill();
  const killedAt = performance.now();
  await leases.waitUntilFree('job', never);
  expect(performance.now() - killedAt).toBeLessThan(TTL_MS + 3_000);
  const lease = await mustAcquire('job');
  expect(lease.token).toBeGreaterThan(token);
  await lease.release();
});

test('a holder that was stopped past its lease learns that it is lost, and takes nothing from the new one', async () => {
  const zombie = startOtherProcess('holder', server.url);
  expect(await zombie.heard.next('the lease')).toMatchObject({ token: expect.any(Number) });
  zombie.signal('SIGSTOP');
  await leases.waitUntilFree('job', never);
  const lease = await mustAcquire('job');
  zombie.signal('SIGCONT');
  expect(await zombie.heard.next('the loss')).toBe('lost');
  expect(lease.lost.aborted).toBe(false);
  expect(await leases.acquire('job', 'another')).toBeUndefined();
  await lease.release();
  await zombie.kill();
});

test('without NATS a lease is lost when its TTL is over, not sooner', async () => {
  const lease = await mustAcquire('cut-off');
  await server.kill();
  const killedAt = performance.now();
  await aborted(lease.lost);
  const heldMs = performance.now() - killedAt;
  // The last renewal may be up to a third of the TTL old.
  expect(heldMs).toBeGreaterThan(TTL_MS / 2);
  expect(heldMs).toBeLessThan(TTL_MS + 500);
  await server.revive();
  await lease.release();
});

test('a restart of NATS that is shorter than the TTL costs no lease', async () => {
  const slow = await bus.leases('slow');
  const lease = await mustAcquire('restarted', slow);
  await server.kill();
  await server.revive();
  const until = performance.now() + 9_000;
  while (performance.now() < until) {
    expect(await slow.acquire('restarted', 'another')).toBeUndefined();
    await new Promise((resolve) => {
      setTimeout(resolve, 250);
    });
  }
  expect(lease.lost.aborted).toBe(false);
  await lease.release();
});
