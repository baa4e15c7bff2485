import { connectBus, type Bus } from '@holdfast/bus';
import { DEAD_LETTERS_STREAM, EVENTS_STREAM } from '@holdfast/contracts';
import { derivedRunId } from '@holdfast/runs';
import { dueBetween, occurrenceName } from '@holdfast/schedule-rules';
import { startTestNats, type TestNats } from '@holdfast/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../src/clock.ts';
import { addSchedule, eventsOf, quiet, startReplica, stateOf } from './replicas.ts';

/** Whoever asks the bus is told of an outage after so long; the outages here are longer. */
const TIMEOUT_MS = 500;

let nats: TestNats;
let bus: Bus;
let observer: Bus;
beforeEach(async () => {
  nats = await startTestNats();
  observer = await nats.connectAs('scheduler');
  bus = await connectBus({
    servers: nats.url,
    name: 'scheduler',
    credentials: nats.credentialsFor('scheduler'),
    eventsStream: EVENTS_STREAM,
    deadLettersStream: DEAD_LETTERS_STREAM,
    timeoutMs: TIMEOUT_MS,
    connectTimeoutMs: 60_000,
  });
});
afterEach(async () => {
  await Promise.all([bus.drain(), observer.drain()]);
  await nats.stop();
});

/** Until somebody who asks is refused: the outage was longer than anybody waits. */
const refused = async (): Promise<void> => {
  await expect.poll(() => bus.eventsInfo().then(Boolean, () => false), { timeout: 60_000 }).toBe(false);
};
const outages = {
  'is killed': { begin: () => nats.signal('SIGKILL'), end: () => nats.restart() },
  hangs: { begin: () => nats.signal('SIGSTOP'), end: async () => nats.signal('SIGCONT') },
};

test.each(Object.entries(outages))(
  'a NATS that %s for longer than anybody waits: what was due meanwhile is made, once',
  async (_name, outage) => {
    const at = new Date();
    const fields = { rule: '1s', database: 'app', overlap: 'queue', catchUp: 'all' } as const;
    const schedule = await addSchedule(observer, 'often', fields, at);
    const warnings: string[] = [];
    const log = { ...quiet, warn: (_fields: unknown, text = '') => void warnings.push(text) };
    const replica = await startReplica(bus, systemClock, 'one', { log });
    const firedOnce = async (): Promise<number> => (await eventsOf(observer, 'schedule.fired')).length;
    await expect.poll(firedOnce, { timeout: 60_000 }).toBeGreaterThan(0);

    outage.begin();
    await refused();
    await refused();
    await outage.end();
    const back = new Date();

    const handled = async (): Promise<boolean> => {
      const state = await stateOf(observer, 'often').catch(() => undefined);
      return state !== undefined && !state.claim && Date.parse(state.handledUntil) >= back.getTime();
    };
    await expect.poll(handled, { timeout: 90_000 }).toBe(true);
    await replica.stop();
    const runs = (await eventsOf(observer, 'backup.requested')).map(({ subject }) => subject);
    expect(new Set(runs).size).toBe(runs.length);
    const due = dueBetween(schedule, at, back, 1_000);
    const expected = due.map((dueAt) => derivedRunId(occurrenceName('often', dueAt, 'app')));
    expect(expected.filter((run) => !runs.includes(run))).toEqual([]);
  },
);
