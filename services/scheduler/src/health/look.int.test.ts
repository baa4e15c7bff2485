import type { Bus } from '@holdfast/bus';
import {
  buckets,
  CURRENT_HEALTH,
  healthStateSchema,
  presenceSchema,
  type Envelope,
  type HealthState,
} from '@holdfast/contracts';
import { announcePresence, makeEvent, newRunId } from '@holdfast/runs';
import { startTestNats, type TestNats } from '@holdfast/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Looked } from './gather/look-at-storage.ts';
import { openLook } from './look.ts';
import { limits } from './test-signs.ts';

const SOURCE = '/holdfast/scheduler';
const MINUTE = 60_000;

let nats: TestNats;
let bus: Bus;
let other: Bus;
let worker: Awaited<ReturnType<typeof announcePresence>>;
let storage: Looked[] = [];
let look: (now: Date) => Promise<HealthState>;
/** The tests' own clock: each look is at another moment. */
let clockMs = Date.parse('2026-06-15T12:00:00Z');
const lookLater = (byMs = MINUTE): Promise<HealthState> => look(new Date((clockMs += byMs)));

const openReplica = () =>
  openLook({
    bus,
    source: SOURCE,
    storage: { look: () => Promise.resolve(storage) },
    limits,
    measures: { told: () => undefined },
  });

beforeAll(async () => {
  nats = await startTestNats({ buckets: { ...buckets, presence: { ttlMs: 20_000 } } });
  [bus, other] = [await nats.connectAs('scheduler'), await nats.connectAs('backup-worker')];
  worker = await announcePresence(other, presence('backup-worker'), (error) =>
    expect.unreachable(String(error)),
  );
  look = await openReplica();
});
afterAll(async () => {
  await worker.stop();
  await Promise.all([bus, other].map((each) => each.drain()));
  await nats.stop();
});

async function eventsOf(type: string): Promise<readonly Envelope[]> {
  const { lastSequence } = await bus.eventsInfo();
  const found: Envelope[] = [];
  for await (const { event } of bus.readEvents(1, { untilSequence: lastSequence }))
    if (event?.type === type) found.push(event);
  return found;
}

const disk = (usedBytes: number): Looked => ({
  destination: 'file-1a2b3c',
  freeBytes: 1_000 - usedBytes,
  usedBytes,
  totalBytes: 1_000,
});

const presence = (service: string) => ({
  service,
  instance: `host-${newRunId().slice(-6)}`,
  startedAt: new Date().toISOString(),
  databases: [],
  roles: [],
});

test('that all is well is kept for status, and is no news', async () => {
  storage = [disk(500)];
  const state = await lookLater();
  expect(state).toMatchObject({ overall: 'healthy', problems: [], storage: [{ usedPercent: 50 }] });
  expect(state.checks?.filter(({ check }) => check === 'services.memory')).toMatchObject([{ outcome: 'ok' }]);
  const stored = await (await bus.bucket('health', healthStateSchema)).get(CURRENT_HEALTH);
  expect(stored?.value).toEqual(state);
  expect(await eventsOf('health.changed')).toEqual([]);
});

test('a full disk is told once, however often it is looked at and by whom, and so is that it is well again', async () => {
  storage = [disk(960)];
  expect(await lookLater()).toMatchObject({ overall: 'critical' });
  const since = (await lookLater()).since;
  // Another replica goes on where the first was.
  look = await openReplica();
  expect(await lookLater()).toMatchObject({ overall: 'critical', since });
  expect(await eventsOf('health.storage.warning')).toMatchObject([
    { subject: 'file-1a2b3c', data: { severity: 'critical', usedPercent: 96 } },
  ]);
  storage = [disk(500)];
  expect(await lookLater()).toMatchObject({ overall: 'healthy', problems: [] });
  expect((await eventsOf('health.changed')).map(({ data }) => data)).toMatchObject([
    { previous: 'healthy', overall: 'critical', problems: [{ check: 'storage.space' }], resolved: [] },
    { previous: 'critical', overall: 'healthy', problems: [], resolved: [{ check: 'storage.space' }] },
  ]);
});

test('a destination that is away', async () => {
  storage = [{ destination: 'file-1a2b3c', failure: 'The folder does not exist; mount it.' }];
  expect(await lookLater()).toMatchObject({
    overall: 'critical',
    problems: [{ check: 'storage.access', message: 'The folder does not exist; mount it.' }],
  });
  storage = [disk(500)];
  expect(await lookLater()).toMatchObject({ overall: 'healthy' });
});

test('backups that fail are seen in the events, and one that succeeds ends it', async () => {
  const fail = (): Promise<unknown> =>
    other.publish(
      makeEvent('backup.failed', {
        run: newRunId(),
        source: '/holdfast/backup-worker',
        database: 'app',
        data: { attempts: 1, error: { code: 'dump_failed', message: 'x' } },
      }),
    );
  await fail();
  expect(await lookLater()).toMatchObject({ overall: 'warning', problems: [{ subject: 'app' }] });
  await fail();
  await fail();
  expect(await lookLater()).toMatchObject({
    overall: 'critical',
    problems: [{ check: 'backup.outcomes', subject: 'app', severity: 'critical' }],
  });
});

test('a process that left is not lost; one whose presence expired is, and is told once', async () => {
  const bucket = await other.bucket('presence', presenceSchema);
  const [leaves, dies] = [presence('validator'), presence('history')];
  const keyOf = (of: typeof leaves): string => `${of.service}.${of.instance}`;
  await bucket.create(keyOf(dies), dies);
  await bucket.create(keyOf(leaves), leaves);
  await lookLater(1_000);
  await bucket.remove(keyOf(leaves));
  await lookLater(1_000);
  expect(await eventsOf('health.service.lost')).toEqual([]);
  while (await bucket.get(keyOf(dies))) await new Promise((resolve) => void setTimeout(resolve, 100));
  await lookLater(1_000);
  await lookLater(2 * MINUTE);
  expect(await eventsOf('health.service.lost')).toMatchObject([
    { subject: dies.instance, data: { service: 'history', instance: dies.instance } },
  ]);
  const { problems } = await lookLater(MINUTE);
  const missing = problems.filter(({ check }) => check === 'services.present');
  expect(missing.map(({ subject, severity }) => [subject, severity])).toEqual([['history', 'warning']]);
});

test('what waits for a durable, and dead letters, are seen', async () => {
  const subscription = await other.consume({
    durable: 'backup-worker_backup_requested',
    filterSubject: 'backup.requested.>',
    maxDeliveries: 1,
    handle: () => Promise.reject(new TypeError('it is broken')),
  });
  await bus.publish(
    makeEvent('backup.requested', {
      run: newRunId(),
      source: SOURCE,
      database: 'app',
      data: { type: 'full', trigger: 'manual', description: '', by: 'test' },
    }),
  );
  let state = await lookLater();
  while (!state.problems.some(({ check }) => check === 'bus.dead-letters')) {
    await new Promise((resolve) => void setTimeout(resolve, 100));
    state = await lookLater();
  }
  expect(state.checks).toContainEqual({
    check: 'bus.pending',
    subject: 'backup-worker_backup_requested',
    outcome: 'ok',
    detail: '0 events wait.',
  });
  await subscription.stop();
});
