import type { Bus } from '@holdfast/bus';
import { knownDatabaseSchema, presenceSchema, scheduleSchema } from '@holdfast/contracts';
import { derivedRunId, openRuns } from '@holdfast/runs';
import { occurrenceName } from '@holdfast/schedule-rules';
import { startTestNats, type TestNats } from '@holdfast/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addSchedule, caughtUp, eventsOf, noneDeclared, startReplica, stateOf } from './replicas.ts';
import { simulatedClock } from './simulated-clock.ts';

let nats: TestNats;
let bus: Bus;
beforeEach(async () => {
  nats = await startTestNats();
  bus = await nats.connectAs('scheduler');
});
afterEach(async () => {
  await bus.drain();
  await nats.stop();
});

const START = new Date('2026-05-04T00:00:00.000Z');
const hours = (count: number): Date => new Date(START.getTime() + count * 3_600_000);

test('an occurrence asks for a backup as the schedule says, and tells that it fired', async () => {
  const clock = simulatedClock(START.getTime());
  await addSchedule(
    bus,
    'nightly',
    { rule: '@hourly', database: 'shop', type: 'incremental', options: { encrypt: true } },
    START,
  );
  const scheduler = await startReplica(bus, clock, 'one');
  clock.moveTo(hours(1).getTime());
  await caughtUp(bus, 'nightly', hours(1));
  await scheduler.stop();
  const run = derivedRunId(occurrenceName('nightly', hours(1), 'shop'));
  expect(await eventsOf(bus, 'backup.requested')).toMatchObject([
    {
      id: `${run}:requested`,
      subject: run,
      database: 'shop',
      data: { type: 'incremental', encrypt: true, trigger: 'automatic', schedule: 'nightly' },
    },
  ]);
  expect(await eventsOf(bus, 'schedule.fired')).toMatchObject([
    {
      subject: run,
      database: 'shop',
      data: { schedule: 'nightly', action: 'backup', dueAt: hours(1).toISOString(), lateMs: 0 },
    },
  ]);
  expect(await (await openRuns(bus)).get(run)).toMatchObject({
    kind: 'backup',
    state: 'requested',
    database: 'shop',
  });
  expect(await stateOf(bus, 'nightly')).toMatchObject({
    handledUntil: hours(1).toISOString(),
    lastRuns: { shop: run },
  });
});

test('a pattern means the databases of the workers, also of those that are away; drills and clean-ups are told alone', async () => {
  const clock = simulatedClock(START.getTime());
  const presence = await bus.bucket('presence', presenceSchema);
  const databases = [
    { id: 'shop-eu', name: 'shop' },
    { id: 'crm', name: 'crm' },
  ];
  await presence.create('backup-worker.w', {
    service: 'backup-worker',
    instance: 'w',
    startedAt: START.toISOString(),
    databases,
    roles: [],
  });
  await (
    await bus.bucket('databases', knownDatabaseSchema)
  ).create('shop-us', { name: 'shop', lastSeenAt: START.toISOString() });
  await addSchedule(bus, 'drills', { rule: '@hourly', database: 'shop-*', action: 'drill' }, START);
  await addSchedule(bus, 'cleanups', { rule: '@hourly', database: 'crm', action: 'cleanup' }, START);
  const scheduler = await startReplica(bus, clock, 'one');
  clock.moveTo(hours(1).getTime());
  await Promise.all([caughtUp(bus, 'drills', hours(1)), caughtUp(bus, 'cleanups', hours(1))]);
  await scheduler.stop();
  const fired = await eventsOf(bus, 'schedule.fired');
  expect(fired.map(({ database }) => database ?? '').toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
    'crm',
    'shop-eu',
    'shop-us',
  ]);
  expect(await eventsOf(bus, 'backup.requested')).toEqual([]);
  const known = await (await bus.bucket('databases', knownDatabaseSchema)).entries();
  expect(known.map(({ key }) => key).sort()).toEqual(['crm', 'shop-eu', 'shop-us']);
});

test('while the run before goes an occurrence is left out and told, until it is over', async () => {
  const clock = simulatedClock(START.getTime());
  const runs = await openRuns(bus);
  await addSchedule(bus, 'nightly', { rule: '@hourly', database: 'shop' }, START);
  const scheduler = await startReplica(bus, clock, 'one');
  for (const hour of [1, 2]) {
    clock.moveTo(hours(hour).getTime());
    await caughtUp(bus, 'nightly', hours(hour));
  }
  expect(await eventsOf(bus, 'schedule.missed')).toMatchObject([
    {
      subject: 'nightly',
      database: 'shop',
      data: { reason: 'overlap', count: 1, firstDueAt: hours(2).toISOString() },
    },
  ]);
  const run = derivedRunId(occurrenceName('nightly', hours(1), 'shop'));
  const [requested] = await eventsOf(bus, 'backup.requested');
  if (!requested) throw new Error('no request');
  await runs.finish(run, 'completed', requested);
  clock.moveTo(hours(3).getTime());
  await caughtUp(bus, 'nightly', hours(3));
  await scheduler.stop();
  expect((await eventsOf(bus, 'backup.requested')).map(({ subject }) => subject)).toEqual([
    run,
    derivedRunId(occurrenceName('nightly', hours(3), 'shop')),
  ]);
});

test('hours without any scheduler are made up for once, and told', async () => {
  const clock = simulatedClock(START.getTime());
  await addSchedule(bus, 'nightly', { rule: '@hourly', database: 'shop' }, START);
  clock.moveTo(hours(7.5).getTime());
  const scheduler = await startReplica(bus, clock, 'one');
  await caughtUp(bus, 'nightly', hours(7));
  await scheduler.stop();
  expect(await eventsOf(bus, 'schedule.missed')).toMatchObject([{ data: { reason: 'late', count: 6 } }]);
  expect(await eventsOf(bus, 'schedule.fired')).toMatchObject([
    { data: { dueAt: hours(7).toISOString(), lateMs: 1_800_000 } },
  ]);
});

test('a clock that jumps a year ahead and comes back loses no hour', async () => {
  const clock = simulatedClock(START.getTime());
  await addSchedule(bus, 'nightly', { rule: '@hourly', database: 'shop', overlap: 'queue' }, START);
  const scheduler = await startReplica(bus, clock, 'one');
  const wrong = hours(24 * 365);
  clock.moveTo(wrong.getTime());
  await caughtUp(bus, 'nightly', wrong);
  const runs = await openRuns(bus);
  for (const hour of [1, 2, 3]) {
    clock.moveTo(hours(hour).getTime() + 1);
    const run = derivedRunId(occurrenceName('nightly', hours(hour), 'shop'));
    await expect.poll(() => runs.get(run), { timeout: 60_000 }).toBeDefined();
  }
  await scheduler.stop();
  expect(await eventsOf(bus, 'backup.requested')).toHaveLength(4);
  expect((await stateOf(bus, 'nightly'))?.handledUntil).toBe(wrong.toISOString());
});

test('a schedule that is removed, while it fires too, leaves nothing behind', async () => {
  const clock = simulatedClock(START.getTime());
  await addSchedule(bus, 'nightly', { rule: '@hourly', database: 'shop' }, START);
  const schedules = await bus.bucket('schedules', scheduleSchema);
  const removing: typeof bus = {
    ...bus,
    // In the middle of the work, when the request is out and the claim still stands.
    publish: async (event) => {
      if (event.type === 'schedule.fired') await schedules.remove('nightly');
      return bus.publish(event);
    },
  };
  const scheduler = await startReplica(removing, clock, 'one');
  clock.moveTo(hours(1).getTime());
  await expect.poll(() => eventsOf(bus, 'schedule.fired'), { timeout: 60_000 }).toHaveLength(1);
  await expect.poll(() => stateOf(bus, 'nightly'), { timeout: 60_000 }).toBeUndefined();
  clock.moveTo(hours(5).getTime());
  await scheduler.stop();
  expect(await eventsOf(bus, 'backup.requested')).toHaveLength(1);
});

test('BACKUP_ENABLED off fires nothing', async () => {
  const clock = simulatedClock(START.getTime());
  await addSchedule(bus, 'nightly', { rule: '@hourly', database: 'shop' }, START);
  const scheduler = await startReplica(bus, clock, 'one', {
    settings: { ...noneDeclared, BACKUP_ENABLED: false },
  });
  clock.moveTo(hours(5).getTime());
  await scheduler.stop();
  expect(await eventsOf(bus, 'schedule.fired')).toEqual([]);
  expect(await stateOf(bus, 'nightly')).toBeUndefined();
});

test('NATS away and back: what was due meanwhile fires then', async () => {
  const clock = simulatedClock(START.getTime());
  await addSchedule(bus, 'nightly', { rule: '@hourly', database: 'shop' }, START);
  const scheduler = await startReplica(bus, clock, 'one');
  nats.signal('SIGSTOP');
  clock.moveTo(hours(1).getTime());
  nats.signal('SIGCONT');
  await nats.restart();
  clock.moveTo(hours(1).getTime() + 20_000);
  await expect
    .poll(
      async () => {
        clock.moveTo(clock.now() + 1_000);
        return (await stateOf(bus, 'nightly'))?.handledUntil;
      },
      { timeout: 90_000 },
    )
    .toBe(hours(1).toISOString());
  await scheduler.stop();
  expect(await eventsOf(bus, 'backup.requested')).toHaveLength(1);
});
