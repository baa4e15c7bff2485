import { scheduleFieldsSchema, scheduleSchema, type Envelope } from '@holdfast/contracts';
import type { Bus } from '@holdfast/bus';
import { derivedRunId } from '@holdfast/runs';
import { declareSchedule, dueBetween, occurrenceName } from '@holdfast/schedule-rules';
import { startTestNats, type TestNats } from '@holdfast/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startService, type ServiceProcess } from '../fleet/service-process.ts';

let nats: TestNats;
let bus: Bus;
const services: ServiceProcess[] = [];
beforeAll(async () => {
  nats = await startTestNats();
  bus = await nats.connectAs('scheduler');
});
afterAll(async () => {
  await Promise.all(services.map((service) => service.stop()));
  await bus.drain();
  await nats.stop();
});

const start = async (): Promise<ServiceProcess> => {
  const service = await startService('scheduler', {
    NATS_URL: nats.url,
    NATS_CREDS_FILE: nats.seedFileOf('scheduler'),
  });
  services.push(service);
  return service;
};
const DATABASES = ['a', 'b', 'c', 'd'];
const LAST = 15;

/** The events of the kind so far, in the order of the stream. */
async function eventsOf(type: string): Promise<readonly Envelope[]> {
  const { lastSequence } = await bus.eventsInfo();
  const events: Envelope[] = [];
  if (lastSequence === 0) return events;
  for await (const { event } of bus.readEvents(1, { untilSequence: lastSequence })) {
    if (event?.type === type) events.push(event);
  }
  return events;
}

test('schedules of every two seconds, by processes that are killed: each occurrence is one run', async () => {
  const first = await start();
  const second = await start();
  const at = new Date();
  const schedules = await bus.bucket('schedules', scheduleSchema);
  const fields = { rule: '2s', catchUp: 'all', overlap: 'queue' } as const;
  const made = DATABASES.map((database) =>
    declareSchedule(scheduleFieldsSchema.parse({ ...fields, database }), {
      id: `s-${database}`,
      managedBy: 'api',
      by: 'anna',
      at,
    }),
  );
  for (const schedule of made) await schedules.create(schedule.id, schedule);

  const [anySchedule] = made;
  if (!anySchedule) throw new Error('no schedule');
  const due = dueBetween(anySchedule, at, new Date(at.getTime() + 600_000), LAST);
  const fired = async (count: number): Promise<void> => {
    await expect
      .poll(async () => (await eventsOf('schedule.fired')).length, { timeout: 120_000 })
      .toBeGreaterThanOrEqual(count);
  };
  await fired(2 * DATABASES.length);
  await first.kill();
  await fired(5 * DATABASES.length);
  await start();
  await second.kill();
  await fired(9 * DATABASES.length);
  nats.signal('SIGKILL');
  await nats.restart();

  const expected = DATABASES.flatMap((database) =>
    due.map((dueAt) => derivedRunId(occurrenceName(`s-${database}`, dueAt, database))),
  );
  const requested = async (): Promise<readonly string[]> =>
    (await eventsOf('backup.requested')).map(({ subject }) => subject);
  await expect
    .poll(
      async () => {
        const runs = new Set(await requested());
        return expected.filter((run) => !runs.has(run));
      },
      { timeout: 180_000 },
    )
    .toEqual([]);
  const runs = await requested();
  expect(new Set(runs).size).toBe(runs.length);
  expect(await eventsOf('schedule.missed')).toEqual([]);
});
