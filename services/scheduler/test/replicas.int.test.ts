import type { Bus } from '@holdfast/bus';
import { runRecordSchema } from '@holdfast/contracts';
import { derivedRunId } from '@holdfast/runs';
import { dueBetween, occurrenceName } from '@holdfast/schedule-rules';
import { startTestNats, type TestNats } from '@holdfast/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunningScheduler } from '../src/run-scheduler.ts';
import { mortalBus } from './mortal-bus.ts';
import { addSchedule, caughtUp, eventsOf, startReplica } from './replicas.ts';
import { simulatedClock } from './simulated-clock.ts';

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

const OCCURRENCES = 350;
const DATABASES = ['a', 'b', 'c'];

// 350 due times × 3 schedules of one database: over a thousand occurrences, through the night when the clocks change.
test(
  'five replicas that die at every step make exactly one run of each of a thousand occurrences',
  { timeout: 600_000 },
  async () => {
    const start = new Date('2026-03-28T00:00:00.000Z');
    const clock = simulatedClock(start.getTime());
    const schedules = await Promise.all(
      DATABASES.map((database) =>
        addSchedule(
          bus,
          `s-${database}`,
          { rule: '*/5 * * * *', timezone: 'Europe/Berlin', database, overlap: 'queue', catchUp: 'all' },
          start,
        ),
      ),
    );
    const [first] = schedules;
    if (!first) throw new Error('no schedule');

    const replicas: { running: RunningScheduler; isDead: () => boolean }[] = [];
    let born = 0;
    const bear = async (): Promise<void> => {
      born += 1;
      // Each lives for another number of writes, so that together they die between all steps there are.
      const mortal = mortalBus(bus, 20 + ((born * 7) % 41), born % 2 === 0);
      try {
        const running = await startReplica(mortal, clock, `replica-${born}`);
        replicas.push({ running, isDead: mortal.isDead });
      } catch (error) {
        if (!mortal.isDead()) throw error;
      }
    };
    const bury = async (): Promise<void> => {
      const dead = replicas.filter(({ isDead }) => isDead());
      for (const each of dead) replicas.splice(replicas.indexOf(each), 1);
      await Promise.all(dead.map(({ running }) => running.stop()));
      while (replicas.length < 5) await bear();
    };
    await bury();

    const due = dueBetween(first, start, new Date('2027-01-01'), OCCURRENCES);
    for (const dueAt of due) {
      clock.moveTo(dueAt.getTime());
      const progress = { isDone: false };
      const done = Promise.all(schedules.map(({ id }) => caughtUp(bus, id, dueAt))).then(() => {
        progress.isDone = true;
        return progress;
      });
      while (!progress.isDone) {
        await bury();
        // Who died left a claim: others take it over after a while.
        clock.moveTo(clock.now() + 1_000);
        await Promise.race([done, new Promise((resolve) => setTimeout(resolve, 20))]);
      }
    }
    await Promise.all(replicas.map(({ running }) => running.stop()));

    const expected = DATABASES.flatMap((database) =>
      due.map((dueAt) => derivedRunId(occurrenceName(`s-${database}`, dueAt, database))),
    );
    expect(expected.length).toBeGreaterThan(1_000);
    const runs = await (await bus.bucket('runs', runRecordSchema)).entries();
    expect(new Set(runs.map(({ key }) => key))).toEqual(new Set(expected));
    const requested = await eventsOf(bus, 'backup.requested');
    const fired = await eventsOf(bus, 'schedule.fired');
    expect(new Set(requested.map(({ subject }) => subject))).toEqual(new Set(expected));
    expect(new Set(fired.map(({ id }) => id)).size).toBe(expected.length);
    expect(await eventsOf(bus, 'schedule.missed')).toEqual([]);
    expect(born).toBeGreaterThan(20);
  },
);
