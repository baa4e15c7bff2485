import { createServer } from 'node:net';
import type { Bus } from '@holdfast/bus';
import { startTestNats, type TestNats } from '@holdfast/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startScheduler } from '../src/index.ts';
import type { Clock } from '../src/clock.ts';
import { addSchedule, noneDeclared, startReplica } from './replicas.ts';

let nats: TestNats;
let bus: Bus;
beforeAll(async () => {
  nats = await startTestNats();
  bus = await nats.connectAs('scheduler');
});
afterAll(async () => {
  await bus.drain();
  await nats.stop();
});

test('a start that fails half-way leaves nothing that goes on', async () => {
  let waiting = 0;
  let hasWaited = false;
  const clock: Clock = {
    now: () => 0,
    // Ends by its signal alone.
    wait: async (_delayMs, signal) => {
      waiting += 1;
      hasWaited = true;
      if (!signal.aborted)
        await new Promise((resolve) => {
          signal.addEventListener('abort', resolve, { once: true });
        });
      waiting -= 1;
    },
  };
  const settings = { ...noneDeclared, AUTO_BACKUP_ENABLED: true, BACKUP_TIME: '25:99' };
  await expect(startReplica(bus, clock, 'one', { settings })).rejects.toMatchObject({
    code: 'schedule_invalid',
  });
  expect(hasWaited).toBe(true);
  expect(waiting).toBe(0);
});

test('what schedules promise and what was fired is there to be scraped', async () => {
  const port = await freePort();
  const at = new Date();
  await addSchedule(bus, 'often', { rule: '1s', database: 'app', overlap: 'queue' }, at);
  await addSchedule(bus, 'daily', { rule: 'daily at 03:00', database: 'app', timezone: 'UTC' }, at);
  await addSchedule(bus, 'off', { rule: '@hourly', database: 'app', enabled: false }, at);
  const scheduler = await startScheduler({
    NATS_URL: nats.url,
    NATS_CREDS_FILE: nats.seedFileOf('scheduler'),
    HOLDFAST_METRICS_PORT: String(port),
    HOLDFAST_LOG_LEVEL: 'silent',
  });
  const scrape = async (): Promise<string> => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  await expect
    .poll(scrape, { timeout: 60_000 })
    .toMatch(/^holdfast_schedule_fired_total\{schedule="often".*\} [1-9]/m);
  const text = await scrape();
  await scheduler.stop();

  const valueOf = (metric: string, schedule: string): number =>
    Number(new RegExp(`^${metric}\\{schedule="${schedule}".*\\} (.+)$`, 'm').exec(text)?.[1]);
  expect(valueOf('holdfast_schedule_lag_seconds', 'often')).toBeGreaterThanOrEqual(0);
  expect(valueOf('holdfast_schedule_expected_interval_seconds', 'often')).toBe(1);
  expect(valueOf('holdfast_schedule_expected_interval_seconds', 'daily')).toBe(86_400);
  const next = valueOf('holdfast_schedule_next_timestamp_seconds', 'daily');
  expect(next % 86_400).toBe(3 * 3_600);
  expect(next * 1_000).toBeGreaterThan(at.getTime());
  expect(text).not.toContain('schedule="off"');
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}
