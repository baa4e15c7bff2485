import type { Bus } from '@holdfast/bus';
import { startTestNats, type TestNats } from '@holdfast/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { claimStorage } from './exclusive-storage.ts';

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

const old = { conditionalCreate: false, location: 's3://bucket/backups' };

test('a storage that creates only what is absent is anybody’s', async () => {
  const leases = await bus.leases('leases');
  expect(await claimStorage({ ...old, conditionalCreate: true }, leases, 'a')).toBeUndefined();
});

test('any other has one worker: a second one is refused with why, and may come when the first has gone', async () => {
  const leases = await bus.leases('leases');
  const first = await claimStorage(old, leases, 'a');
  await expect(claimStorage(old, leases, 'b', 500)).rejects.toMatchObject({
    code: 'storage_failed',
    message: expect.stringContaining('one worker alone may use it') as string,
  });
  // Another storage is no business of the first.
  const elsewhere = await claimStorage({ ...old, location: 's3://other/' }, leases, 'b', 500);
  expect(elsewhere).toBeDefined();
  const second = claimStorage(old, leases, 'b');
  await first?.release();
  expect(await second).toBeDefined();
  await (await second)?.release();
  await elsewhere?.release();
});
