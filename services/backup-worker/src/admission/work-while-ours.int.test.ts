import type { Bus, Lease, Subscription } from '@holdfast/bus';
import { failureOf, HoldfastError } from '@holdfast/contracts';
import { startTestNats, type TestNats } from '@holdfast/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { workWhileOurs } from './work-while-ours.ts';

let nats: TestNats;
let bus: Bus;
beforeAll(async () => {
  nats = await startTestNats();
  bus = await nats.connectAs('backup-worker');
});
afterAll(async () => {
  await bus.drain();
  await nats.stop();
});

/** A lease that is lost when the test says so. */
function losable(): Lease & { lose(): void } {
  const lost = new AbortController();
  return {
    token: 1,
    lost: lost.signal,
    release: () => Promise.resolve(),
    lose: () => lost.abort(new HoldfastError('lease_lost', 'another holds it')),
  };
}

test('a worker that lost its storage gives back what it does, takes nothing, and goes on when it is free', async () => {
  const leases = await bus.leases('leases');
  const told: string[] = [];
  const subscription: Subscription = {
    pause: () => undefined,
    stop: (deadlineMs) => {
      told.push(`stops within ${deadlineMs} ms`);
      return Promise.resolve();
    },
  };
  const open = (): Promise<readonly Subscription[]> => {
    told.push('takes work');
    return Promise.resolve([subscription]);
  };
  const first = losable();
  const work = await workWhileOurs(first, {
    leases,
    key: 'exclusive.test',
    worker: 'a',
    open,
    onProblem: (error) => void told.push(failureOf(error).code),
  });
  work.check();

  const other = await leases.acquire('exclusive.test', 'b');
  first.lose();
  await expect.poll(() => told, { timeout: 60_000 }).toHaveLength(3);
  expect(told).toEqual(['takes work', 'lease_lost', 'stops within 900 ms']);
  expect(() => work.check()).toThrow('another holds it');

  await other?.release();
  await expect.poll(() => told.at(-1), { timeout: 60_000 }).toBe('takes work');
  await expect.poll(() => failureIn(work.check), { timeout: 60_000 }).toBeUndefined();
  await work.stop(1_234);
  expect(told.at(-1)).toBe('stops within 1234 ms');
  const free = await leases.acquire('exclusive.test', 'b');
  expect(free).toBeDefined();
  await free?.release();
});

test('a drain while the storage is another’s ends at once', async () => {
  const leases = await bus.leases('leases');
  const other = await leases.acquire('exclusive.other', 'b');
  const first = losable();
  const problems = Promise.withResolvers<unknown>();
  const work = await workWhileOurs(first, {
    leases,
    key: 'exclusive.other',
    worker: 'a',
    open: () => Promise.resolve([]),
    onProblem: problems.resolve,
  });
  first.lose();
  await problems.promise;
  work.pause();
  await expect(work.stop()).resolves.toBeUndefined();
  await other?.release();
});

function failureIn(check: () => void): unknown {
  try {
    check();
    return undefined;
  } catch (error) {
    return error;
  }
}
