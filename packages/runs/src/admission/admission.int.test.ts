import { setTimeout as delay } from 'node:timers/promises';
import { RetryLater, type Bus, type Subscription } from '@holdfast/bus';
import { buckets, type Envelope } from '@holdfast/contracts';
import { startTestNats, type TestNats } from '@holdfast/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deliveriesWhileWaiting } from '../decide.ts';
import { followUp } from '../follow-up.ts';
import { makeEvent } from '../make-event.ts';
import { performRun, type RunDefinition } from '../perform-run.ts';
import { newRunId } from '../run-id.ts';
import { openRuns, type Runs } from '../runs.ts';
import { openAdmission, type Gate, type GateKeeper } from './open-admission.ts';

const IN_ALL = 3;
const PER_SERVER = 2;
const SOURCE = '/holdfast/backup-worker';

let nats: TestNats;
let observer: Bus;
let runs: Runs;
const open: Bus[] = [];
beforeAll(async () => {
  nats = await startTestNats({ buckets: { ...buckets, leases: { ttlMs: 10_000 } } });
  observer = await connect('api-gateway');
  runs = await openRuns(observer);
});
afterAll(async () => {
  await Promise.all(open.map((bus) => bus.drain()));
  await nats.stop();
});

async function connect(user: 'api-gateway' | 'backup-worker'): Promise<Bus> {
  const bus = await nats.connectAs(user);
  open.push(bus);
  return bus;
}

const gatesOf = (server: string): readonly Gate[] => [
  { key: `slot.${server}`, limit: PER_SERVER, waitingFor: `another backup of ${server}` },
  { key: 'slot', limit: IN_ALL, waitingFor: 'another backup' },
];

/** How many go now, and went at most, in all and from each server. */
function counter() {
  const now = new Map<string, number>();
  const most = new Map<string, number>();
  const add = (key: string, by: number): void => {
    const count = (now.get(key) ?? 0) + by;
    now.set(key, count);
    most.set(key, Math.max(most.get(key) ?? 0, count));
  };
  return {
    most,
    during: async (server: string): Promise<void> => {
      for (const key of ['all', server]) add(key, 1);
      await delay(20);
      for (const key of ['all', server]) add(key, -1);
    },
  };
}

async function startWorker(counted: ReturnType<typeof counter>): Promise<Subscription> {
  const bus = await connect('backup-worker');
  const deps = {
    bus,
    runs: await openRuns(bus),
    leases: await bus.leases('leases'),
    worker: newRunId(),
    onProblem: (error: unknown) => expect.unreachable(String(error)),
  };
  const gateKeeper = await openAdmission(deps);
  const definitionOf = (request: Envelope): RunDefinition => {
    const event = followUp(request, SOURCE);
    const server = request.database ?? '';
    return {
      kind: 'backup',
      maxRetries: 0,
      retryWaitMs: 10,
      admit: (record) => gateKeeper.admit(record, gatesOf(server)),
      work: async () => {
        await counted.during(server);
        return event('backup.cancelled', { by: 'done' });
      },
      recover: () => Promise.resolve(undefined),
      tidy: () => Promise.resolve(),
      events: {
        failed: (attempts, error) => event('backup.failed', { attempts, error }),
        cancelled: (by) => event('backup.cancelled', { by }),
      },
    };
  };
  return bus.consume({
    durable: 'backup-worker_backup_requested',
    filterSubject: 'backup.requested.>',
    concurrency: IN_ALL + 2,
    maxDeliveries: deliveriesWhileWaiting(0),
    handle: async ({ event, signal }) =>
      void (await performRun(deps, definitionOf(event), { event, signal })),
  });
}

async function ask(server: string): Promise<string> {
  const run = newRunId();
  await observer.publish(
    makeEvent('backup.requested', {
      run,
      source: '/holdfast/api-gateway',
      database: server,
      data: { type: 'full', trigger: 'manual', description: '', by: 'test' },
    }),
  );
  return run;
}

test('three workers and 30 requests: never more than allowed go at once, and all are done', async () => {
  const counted = counter();
  const workers = await Promise.all([1, 2, 3].map(() => startWorker(counted)));
  const ids: string[] = [];
  for (let index = 0; index < 30; index += 1) ids.push(await ask(`server-${index % 3}`));
  const over = await Promise.all(ids.map((id) => whenOver(id)));
  expect(over.map(({ state }) => state)).toEqual(ids.map(() => 'completed'));
  expect(over.map(({ attempt }) => attempt)).toEqual(ids.map(() => 1));
  expect(over.filter(({ waitingFor }) => waitingFor !== undefined)).toEqual([]);
  expect(counted.most.get('all')).toBeLessThanOrEqual(IN_ALL);
  for (const server of ['server-0', 'server-1', 'server-2'])
    expect(counted.most.get(server)).toBeLessThanOrEqual(PER_SERVER);
  await Promise.all(workers.map((worker) => worker.stop()));
});

/** The request may not have been seen yet: the record is made by who sees it. */
async function whenOver(id: string) {
  await runs.request({ id, kind: 'backup' });
  return runs.watchUntilOver(id, AbortSignal.timeout(90_000));
}

async function openKeeper(): Promise<{ readonly bus: Bus; readonly keeper: GateKeeper }> {
  const bus = await connect('backup-worker');
  const deps = { bus, runs, leases: await bus.leases('leases'), worker: newRunId() };
  return { bus, keeper: await openAdmission(deps) };
}

const gate: Gate = { key: 'slot.gone', limit: 1, waitingFor: 'the one place' };

async function waiting(requestedAt: string) {
  const id = newRunId();
  await runs.request({ id, kind: 'backup', requestedAt: new Date(requestedAt) });
  return { id, requestedAt: new Date(requestedAt).toISOString() };
}

test('the place of a worker that died is free after its lease, and who asked first gets it', async () => {
  const [dying, living] = [await openKeeper(), await openKeeper()];
  const holder = await waiting('2026-01-01T00:00:00Z');
  expect(await dying.keeper.admit(holder, [gate])).toMatchObject({ admitted: true });
  await runs.finish(holder.id, 'cancelled', cancelledEvent(holder.id));

  const [first, second] = [await waiting('2026-01-01T00:00:01Z'), await waiting('2026-01-01T00:00:02Z')];
  // The later one looks first, and has the turn until the earlier one comes.
  expect(await living.keeper.admit(second, [gate])).toMatchObject({
    admitted: false,
    waitingFor: 'the one place',
  });
  expect(await living.keeper.admit(first, [gate])).toMatchObject({ admitted: false });

  // Without its connection the lease is not renewed any more, as with a process that was killed.
  await dying.bus.drain();
  await (await observerLeases()).waitUntilFree('slot.gone.1', AbortSignal.timeout(60_000));
  expect(await living.keeper.admit(first, [gate])).toMatchObject({ admitted: true });
  expect(await living.keeper.admit(second, [gate])).toMatchObject({ admitted: false });
});

test('who waits for a server holds no place that another server could use', async () => {
  const { keeper } = await openKeeper();
  const gates = (server: string): readonly Gate[] => [
    { key: `slot.${server}`, limit: 1, waitingFor: server },
    { key: 'slot.both', limit: 2, waitingFor: 'both' },
  ];
  const [a1, a2, b1] = [
    await waiting('2026-01-01T00:00:00Z'),
    await waiting('2026-01-01T00:00:01Z'),
    await waiting('2026-01-01T00:00:02Z'),
  ];
  expect(await keeper.admit(a1, gates('a'))).toMatchObject({ admitted: true });
  expect(await keeper.admit(a2, gates('a'))).toMatchObject({ admitted: false, waitingFor: 'a' });
  expect(await keeper.admit(b1, gates('b'))).toMatchObject({ admitted: true });
});

const observerLeases = async () => (await connect('backup-worker')).leases('leases');

const cancelledEvent = (run: string): Envelope =>
  makeEvent('backup.cancelled', { run, source: SOURCE, data: { by: 'test' } });

test('what waits is said in the record, is asked for again, and is no failure', async () => {
  const { bus, keeper } = await openKeeper();
  const id = newRunId();
  const full: Gate = { key: 'slot.full', limit: 0, waitingFor: 'a place that never comes' };
  const request = makeEvent('backup.requested', {
    run: id,
    source: SOURCE,
    data: { type: 'full', trigger: 'manual', description: '', by: 'test' },
  });
  const deps = {
    bus,
    runs: await openRuns(bus),
    leases: await bus.leases('leases'),
    worker: 'w',
    onProblem: (error: unknown) => expect.unreachable(String(error)),
  };
  const definition: RunDefinition = {
    kind: 'backup',
    maxRetries: 0,
    retryWaitMs: 10,
    admit: (record) => keeper.admit(record, [full]),
    work: () => expect.unreachable('it was not admitted'),
    recover: () => Promise.resolve(undefined),
    tidy: () => Promise.resolve(),
    events: { failed: () => cancelledEvent(id), cancelled: () => cancelledEvent(id) },
  };
  const asked = { event: request, signal: new AbortController().signal };
  for (let look = 0; look < 3; look += 1)
    await expect(performRun(deps, definition, asked)).rejects.toThrow(RetryLater);
  expect(await runs.get(id)).toMatchObject({
    state: 'requested',
    attempt: 0,
    failures: 0,
    waitingFor: 'a place that never comes',
  });
});
