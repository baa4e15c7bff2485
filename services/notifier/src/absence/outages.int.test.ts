import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bus } from '@holdfast/bus';
import { alertSchema, type Alert } from '@holdfast/contracts';
import { startTestNats, type TestNats } from '@holdfast/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openMemory } from '../memory/memory-file.ts';
import { openOutages } from './outages.ts';

let nats: TestNats;
let bus: Bus;
let dir: string;
beforeAll(async () => {
  [nats, dir] = await Promise.all([startTestNats(), mkdtemp(join(tmpdir(), 'hf-outages-'))]);
  bus = await nats.connectAs('notifier');
});
afterAll(async () => {
  await bus.drain();
  await nats.stop();
  await rm(dir, { recursive: true, force: true });
});

const over: Alert = alertSchema.parse({
  problem: 'bus',
  isOpen: false,
  about: 'bus',
  severity: 'critical',
  title: 'NATS could not be reached',
  openedAt: '2026-01-01T00:00:00.000Z',
  failures: 1,
  lastToldAt: '2026-01-01T00:00:00.000Z',
  reminders: 0,
  sequence: 0,
});
const never = (error: unknown): never => {
  throw error;
};

const openIn = async (name: string) => {
  await mkdir(join(dir, name));
  return openMemory(join(dir, name), never);
};

test('replicas number an outage alike whichever is back first, and each outage has a number of its own', async () => {
  const alerts = await bus.bucket('alerts', alertSchema);
  const replicas = await Promise.all(
    ['one', 'two', 'three'].map(async (name) => {
      const memory = await openIn(name);
      return { memory, outages: await openOutages(alerts, memory, never) };
    }),
  );
  const numbers = (): ReadonlySet<number | undefined> =>
    new Set(replicas.map(({ memory }) => memory.current().outage));
  const seen = [...numbers()];
  for (const [first, ...others] of [replicas, replicas.toReversed()]) {
    const [outage] = numbers();
    if (outage === undefined || !first) throw new Error('no number');
    await first.outages.end(outage, over);
    await expect.poll(() => numbers().size, { timeout: 60_000 }).toBe(1);
    // Who comes later ends what is over already.
    await Promise.all(others.map(({ outages }) => outages.end(outage, over)));
    expect(numbers().size).toBe(1);
    seen.push(...numbers());
  }
  expect(new Set(seen).size).toBe(3);

  // One that was away meanwhile learns it when it comes.
  const memory = await openIn('late');
  const late = await openOutages(alerts, memory, never);
  expect(memory.current().outage).toBe(seen.at(-1));
  await Promise.all([...replicas.map(({ outages }) => outages), late].map((each) => each.stop()));
  await Promise.all([...replicas.map((each) => each.memory), memory].map((each) => each.close()));
});
