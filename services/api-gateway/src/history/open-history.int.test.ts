import { EVENTS_STREAM, type Run, type Status } from '@holdfast/contracts';
import {
  connectDatabase,
  insertValidation,
  lockPosition,
  migrate,
  movePosition,
  refreshBackups,
  upsertBackup,
  upsertRun,
  type HistoryDatabase,
} from '@holdfast/database';
import { startTestPostgres, type TestPostgres } from '@holdfast/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { aBackup, outcomeOf, RUN } from '../../test/builders.ts';
import { driveGateway, type Driver } from '../../test/driver.ts';
import { store } from '../../test/fake-worker.ts';
import type { HistoryReader } from './history-reader.ts';
import { openHistory } from './open-history.ts';

const LONG_AGO = '2020-01-01T00:00:00.000Z';
let postgres: TestPostgres;
let database: string;
let count = 0;
let db: HistoryDatabase;
let history: HistoryReader;
let gateway: Driver;
let now = 0;
const onProblem = vi.fn();

beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  database = `history${++count}`;
  await postgres.createDatabase(database);
  db = connectDatabase(postgres.url(database));
  onProblem.mockClear();
  history = openHistory(postgres.url(database), {
    lastSequence: async () => (await gateway.memory.eventsInfo()).lastSequence,
    onProblem,
    now: () => now,
  });
  gateway = await driveGateway({ change: { history } });
});
afterEach(async () => {
  await gateway.app.close();
  await history.close();
  await db.destroy();
});

/** What a projection of one old backup, its proof and its end would have written. */
async function project(position: number): Promise<void> {
  await migrate(db);
  const backup = aBackup({ createdAt: LONG_AGO });
  await db.transaction().execute(async (tx) => {
    await lockPosition(tx, EVENTS_STREAM);
    const common = {
      run: RUN,
      kind: 'backup',
      database: 'app',
      correlation: RUN,
      at: LONG_AGO,
      sequence: 1,
    } as const;
    await upsertRun(tx, { ...common, stage: 'requested' });
    const outcome = { ...outcomeOf('backup.completed', { backup }), time: LONG_AGO };
    const { filename, sizeBytes, durationMs, description } = backup;
    await upsertRun(tx, {
      ...common,
      stage: 'over',
      state: 'completed',
      succeeded: true,
      outcome,
      filename,
      sizeBytes,
      durationMs,
      description,
    });
    await upsertBackup(tx, { backup, sequence: 1 });
    const result = {
      name: backup.name,
      filename,
      level: 'restore',
      verdict: 'proven',
      findings: [],
      durationMs: 1,
    } as const;
    await insertValidation(tx, {
      run: RUN,
      database: 'app',
      at: LONG_AGO,
      sequence: 1,
      result: { ...result, findings: [] },
    });
    await refreshBackups(tx);
    await movePosition(tx, EVENTS_STREAM, { position, eventId: undefined });
  });
}

const get = async <T>(url: string): Promise<T> => (await gateway.call('GET', url)).json<T>();
type Runs = { runs: Run[] };
type History = { data: { total: number; history: { filename: string }[] } };

test('what left the bus long ago is told from history', async () => {
  await project(0);
  await store(gateway.repository, { subject: RUN, database: 'app', time: '2026-01-01T00:00:00Z' });
  expect((await get<Runs>('/api/v1/runs')).runs).toMatchObject([
    { id: RUN, state: 'completed', backup: { run: RUN } },
  ]);
  expect(await get<Run>(`/api/v1/runs/${RUN}`)).toMatchObject({
    id: RUN,
    backup: { description: 'before update' },
  });
  expect(await get('/api/v1/backups')).toMatchObject({
    historyAvailable: true,
    backups: [{ lastProvenAt: LONG_AGO, lastValidation: { verdict: 'proven' } }],
  });
  expect((await get<History>('/api/v1/admin/backups/history')).data).toMatchObject({
    total: 1,
    history: [{ operation: 'backup', timestamp: LONG_AGO, size: 1_000 }],
  });
  expect((await get<Status>('/api/v1/status')).history).toEqual({ configured: true, available: true });
});

test('while history has not seen the newest event, the bus answers, so that nobody misses what they just did', async () => {
  await project(0);
  const { id } = (await gateway.call('POST', '/api/v1/backups', {})).json<Run>();
  await gateway.ended(id);
  expect((await get<Runs>('/api/v1/runs')).runs.map((run) => run.id)).toEqual([id]);
  await project((await gateway.memory.eventsInfo()).lastSequence);
  expect((await get<Runs>('/api/v1/runs')).runs.map((run) => run.id)).toEqual([RUN]);
});

test('far behind is told in the status', async () => {
  await project(0);
  vi.spyOn(gateway.memory, 'eventsInfo').mockResolvedValue({ firstSequence: 1, lastSequence: 700 });
  const status = await get<Status>('/api/v1/status');
  expect(status.history).toMatchObject({
    available: false,
    error: { message: expect.stringContaining('700 events behind') },
  });
  expect(status.health.issues.map((issue) => issue.message)).toContainEqual(
    expect.stringContaining('700 events behind'),
  );
});

test("with history's PostgreSQL down everything goes on, and comes back with it", async () => {
  await project(0);
  await postgres.pause();
  try {
    const run = (await gateway.call('POST', '/api/v1/backups', {})).json<Run>();
    await gateway.ended(run.id);
    expect((await get<Runs>('/api/v1/runs')).runs.map(({ id }) => id)).toEqual([run.id]);
    expect(await get('/api/v1/backups')).toMatchObject({ historyAvailable: false, total: 1 });
    expect((await get<History>('/api/v1/admin/backups/history')).data.total).toBe(1);
    const status = await get<Status>('/api/v1/status');
    expect(status.history).toMatchObject({
      configured: true,
      available: false,
      error: { code: 'history_unavailable' },
    });
    expect((await gateway.call('GET', `/api/v1/runs/${RUN}`)).statusCode).toBe(404);
    expect(onProblem).toHaveBeenCalledTimes(1);
  } finally {
    await postgres.resume();
  }
  expect(await get<Status>('/api/v1/status')).toMatchObject({ history: { available: false } });
  now += 5_000;
  expect(await get<Status>('/api/v1/status')).toMatchObject({ history: { available: true } });
  expect(await get<Run>(`/api/v1/runs/${RUN}`)).toMatchObject({ id: RUN });
});

test('a database that no history service has prepared yet is as good as none', async () => {
  const status = await get<Status>('/api/v1/status');
  expect(status.history).toMatchObject({
    available: false,
    error: {
      code: 'history_unavailable',
      message: expect.stringContaining('is the history service running'),
    },
  });
  expect((await get<Runs>('/api/v1/runs')).runs).toEqual([]);
});
