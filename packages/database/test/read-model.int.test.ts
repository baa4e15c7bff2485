import { startTestPostgres, type TestPostgres } from '@holdfast/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  connectDatabase,
  findBackup,
  findRun,
  followNewStream,
  forgetFrom,
  insertValidation,
  listActivity,
  listBackups,
  listRuns,
  lockPosition,
  migrate,
  movePosition,
  readPosition,
  refreshBackups,
  statistics,
  upsertBackup,
  upsertRestore,
  upsertRun,
  type HistoryDatabase,
  type RunChange,
} from '../src/index.ts';
import { aBackup, anEnvelope, aResult, at, runId, within } from './builders.ts';

let server: TestPostgres;
let db: HistoryDatabase;
beforeAll(async () => {
  server = await startTestPostgres();
  await server.createDatabase('history');
  db = connectDatabase(server.url('history'));
  await migrate(db);
});
afterAll(async () => {
  await db.destroy();
  await server.stop();
});
beforeEach(async () => {
  await server.psql(
    'truncate holdfast.runs, holdfast.backups, holdfast.validations, holdfast.restores, holdfast.projection',
    'history',
  );
});

const apply = (...changes: readonly RunChange[]): Promise<void> =>
  within(db, async (tx) => {
    for (const change of changes) await upsertRun(tx, change);
  });

const common = (number: number) => ({
  run: runId(number),
  kind: 'backup' as const,
  database: 'app',
  correlation: runId(number),
  at: at(number),
  sequence: number,
});

const requested = (number: number): RunChange => ({
  ...common(number),
  stage: 'requested',
  trigger: 'manual',
  requestedBy: 'ann',
  description: 'before update',
});
const started = (number: number, attempt = 1): RunChange => ({
  ...common(number),
  at: at(number + 1),
  stage: 'started',
  attempt,
  worker: `worker-${attempt}`,
});
const completed = (number: number): RunChange => ({
  ...common(number),
  at: at(number + 2),
  stage: 'over',
  state: 'completed',
  succeeded: true,
  attempt: 1,
  filename: aBackup(number).filename,
  sizeBytes: 1_000,
  rawBytes: 4_000,
  durationMs: 1_500,
  outcome: anEnvelope('backup.completed', runId(number), { backup: aBackup(number) }),
});
const failed = (number: number): RunChange => ({
  ...common(number),
  at: at(number + 3),
  stage: 'over',
  state: 'failed',
  succeeded: false,
  error: { code: 'dump_failed', message: 'pg_dump ended with 1.' },
  outcome: anEnvelope('backup.failed', runId(number), {}),
});

describe('runs', () => {
  test('from request to outcome, as the bucket has it', async () => {
    await apply(requested(1), started(1));
    expect(await findRun(db, runId(1))).toEqual({
      id: runId(1),
      kind: 'backup',
      database: 'app',
      state: 'running',
      attempt: 1,
      failures: 0,
      worker: 'worker-1',
      requestedAt: at(1),
      startedAt: at(2),
      correlation: runId(1),
    });
    await apply(completed(1));
    expect(await findRun(db, runId(1))).toMatchObject({
      state: 'completed',
      endedAt: at(3),
      outcome: { type: 'backup.completed', data: { backup: { name: aBackup(1).name } } },
    });
  });

  test('whatever the order and however often: the same row', async () => {
    const failedOnce: RunChange = { ...common(1), stage: 'attempt_failed', attempt: 1, worker: 'worker-1' };
    const asked: RunChange = { ...common(1), stage: 'cancel_asked', by: 'bob', reason: 'too slow' };
    const changes = [requested(1), started(1), failedOnce, asked, started(1, 2), completed(1)];
    await apply(...changes);
    const expected = await row();
    expect(expected).toMatchObject({
      failed_attempts: [1],
      attempt: 2,
      worker: 'worker-2',
      cancel_by: 'bob',
    });
    for (const order of [changes.toReversed(), [...changes, ...changes], rotate(changes, 3)]) {
      await server.psql('truncate holdfast.runs', 'history');
      // A wish makes no run, so it is heard once the run is there.
      await apply(...order, asked);
      expect(await row()).toEqual(expected);
    }
  });

  const row = () => db.selectFrom('runs').selectAll().executeTakeFirstOrThrow();
  const rotate = <T>(list: readonly T[], by: number): readonly T[] => [
    ...list.slice(by),
    ...list.slice(0, by),
  ];

  test('the first outcome stays', async () => {
    await apply(requested(1), failed(1), completed(1));
    expect(await findRun(db, runId(1))).toMatchObject({
      state: 'failed',
      outcome: { type: 'backup.failed' },
    });
  });

  test('a wish to cancel makes no run', async () => {
    await apply({ ...common(1), stage: 'cancel_asked', by: 'bob', reason: undefined });
    expect(await findRun(db, runId(1))).toBeUndefined();
  });

  test.each(['nonsense', '', `${runId(1)}'; drop table holdfast.runs; --`])('%j is no run', async (id) => {
    expect(await findRun(db, id)).toBeUndefined();
  });

  test('pages, newest first, do not shift when new ones come in', async () => {
    await apply(...[1, 2, 3, 4, 5].map(requested));
    const ids = (page: { readonly runs: readonly { readonly id: string }[] }) =>
      page.runs.map(({ id }) => id);
    const first = await listRuns(db, { limit: 2 });
    expect(ids(first)).toEqual([runId(5), runId(4)]);
    await apply(requested(6));
    const second = await listRuns(db, { limit: 2, cursor: first.nextCursor });
    expect(ids(second)).toEqual([runId(3), runId(2)]);
    const third = await listRuns(db, { limit: 2, cursor: second.nextCursor });
    expect(third).toEqual({ runs: [expect.objectContaining({ id: runId(1) })] });
    expect(ids(await listRuns(db, { limit: 1, cursor: 'gone' }))).toEqual([runId(6)]);
    expect(ids(await listRuns(db, { limit: 1, cursor: runId(99) }))).toEqual([runId(6)]);
  });

  test('runs asked for at the same instant are paged by id', async () => {
    await apply(...[1, 2, 3].map((number) => ({ ...requested(number), at: at(0) })));
    const first = await listRuns(db, { limit: 2 });
    const second = await listRuns(db, { limit: 2, cursor: first.nextCursor });
    expect([...first.runs, ...second.runs].map(({ id }) => id)).toEqual([runId(3), runId(2), runId(1)]);
  });

  test('by kind, state and database', async () => {
    await apply(requested(1), started(2), { ...requested(3), kind: 'restore', database: 'other' });
    const ids = async (filter: object) =>
      (await listRuns(db, { limit: 9, ...filter })).runs.map(({ id }) => id);
    expect(await ids({ kind: 'restore' })).toEqual([runId(3)]);
    expect(await ids({ state: 'running' })).toEqual([runId(2)]);
    expect(await ids({ database: 'app', state: 'requested' })).toEqual([runId(1)]);
  });
});

describe('backups', () => {
  const proven = aResult(aBackup(1), { level: 'restore', verdict: 'proven' });
  const validate = (number: number, result: typeof proven, minute: number) =>
    within(db, async (tx) => {
      await insertValidation(tx, {
        run: runId(number),
        database: 'app',
        at: at(minute),
        sequence: number,
        result,
      });
      await refreshBackups(tx, [result.name]);
    });
  const add = (...numbers: readonly number[]) =>
    within(db, async (tx) => {
      for (const number of numbers) await upsertBackup(tx, { backup: aBackup(number), sequence: number });
      await refreshBackups(tx);
    });

  test('carry their newest verdict and the last time they were proven, in whatever order those came', async () => {
    await validate(12, { ...proven, verdict: 'invalid' }, 12);
    await add(1);
    await validate(11, proven, 11);
    await validate(11, proven, 11);
    expect(await findBackup(db, aBackup(1).name)).toEqual({
      ...aBackup(1),
      lastValidation: { at: at(12), level: 'restore', verdict: 'invalid' },
      lastProvenAt: at(11),
    });
  });

  test('deleted ones are kept and left out, even when they are told of again', async () => {
    const removal: RunChange = {
      ...common(9),
      kind: 'removal',
      stage: 'over',
      state: 'completed',
      succeeded: true,
      removedBackup: aBackup(1).name,
      filename: aBackup(1).filename,
      sizeBytes: 1_000,
      description: 'deleted by ann',
      outcome: anEnvelope('backup.deleted', runId(9), {}),
    };
    await add(1, 2);
    await apply(removal);
    await add(1);
    expect((await listBackups(db)).map(({ name }) => name)).toEqual([aBackup(2).name]);
    expect(await listBackups(db, { includeDeleted: true })).toContainEqual({
      ...aBackup(1),
      deletedAt: at(9),
    });
  });

  test('newest first, by database, limited', async () => {
    await add(1, 2);
    await within(db, (tx) => upsertBackup(tx, { backup: aBackup(3, { database: 'other' }), sequence: 3 }));
    const names = async (filter: object) => (await listBackups(db, filter)).map(({ name }) => name);
    expect(await names({})).toEqual([aBackup(3).name, aBackup(2).name, aBackup(1).name]);
    expect(await names({ database: 'app' })).toEqual([aBackup(2).name, aBackup(1).name]);
    expect(await names({ limit: 1 })).toEqual([aBackup(3).name]);
  });

  test('are found by file name, name and alias; the newest of an alias that was used twice', async () => {
    await within(db, async (tx) => {
      await upsertBackup(tx, { backup: aBackup(1, { alias: 'mine.sql' }), sequence: 1 });
      await upsertBackup(tx, { backup: aBackup(2, { alias: 'mine.sql' }), sequence: 2 });
      // An alias cannot hide a file of that name.
      await upsertBackup(tx, { backup: aBackup(3, { alias: aBackup(1).filename }), sequence: 3 });
    });
    const found = async (reference: string) => (await findBackup(db, reference))?.name;
    expect(await found(aBackup(1).filename)).toBe(aBackup(1).name);
    expect(await found(aBackup(1).name)).toBe(aBackup(1).name);
    expect(await found('mine.sql')).toBe(aBackup(2).name);
    expect(await found('missing')).toBeUndefined();
  });

  test('what an event tells replaces what a manifest told, never the other way round', async () => {
    const tell = (description: string, sequence: number) =>
      within(db, (tx) => upsertBackup(tx, { backup: aBackup(1, { description }), sequence }));
    const described = async () => (await findBackup(db, aBackup(1).name))?.description;
    expect(await tell('manifest', 0)).toBe(true);
    expect(await tell('event', 7)).toBe(false);
    expect(await described()).toBe('event');
    expect(await tell('manifest', 0)).toBe(false);
    expect(await described()).toBe('event');
  });
});

describe('activity', () => {
  test('what ended, newest first, with the names that clients know', async () => {
    await apply(requested(1), started(1), completed(1), requested(2), started(2), failed(2), requested(3));
    await within(db, async (tx) => {
      await upsertBackup(tx, { backup: aBackup(1, { alias: 'mine.sql' }), sequence: 1 });
      await upsertBackup(tx, { backup: aBackup(8, { description: 'older than the stream' }), sequence: 0 });
    });
    expect(await listActivity(db, { limit: 10, offset: 0 })).toEqual({
      total: 3,
      rows: [
        {
          timestamp: at(8),
          operation: 'backup',
          filename: aBackup(8).filename,
          success: true,
          durationMs: 1_500,
          sizeBytes: 8_000,
          description: 'older than the stream',
        },
        {
          timestamp: at(5),
          operation: 'backup',
          filename: '',
          success: false,
          durationMs: 120_000,
          sizeBytes: 0,
          description: 'before update',
          error: 'pg_dump ended with 1.',
        },
        {
          timestamp: at(3),
          operation: 'backup',
          filename: 'mine.sql',
          success: true,
          durationMs: 1_500,
          sizeBytes: 1_000,
          description: 'before update',
        },
      ],
    });
    const page = await listActivity(db, { limit: 1, offset: 1 });
    expect(page).toMatchObject({ total: 3, rows: [{ timestamp: at(5) }] });
  });
});

describe('statistics', () => {
  test('of nothing', async () => {
    expect(await statistics(db)).toEqual({
      totalBackups: 0,
      totalSizeBytes: 0,
      averageSizeBytes: 0,
      averageDurationMs: 0,
      databases: [],
      outcomes: [],
      recentActivity: [],
    });
  });

  test('totals, by database, and how runs ended', async () => {
    await apply(requested(1), completed(1), requested(2), completed(2), requested(3), failed(3), {
      ...common(4),
      database: 'never',
      at: at(40),
      stage: 'over',
      state: 'cancelled',
      succeeded: false,
      outcome: anEnvelope('backup.cancelled', runId(4), {}),
    });
    await within(db, async (tx) => {
      for (const number of [1, 2]) await upsertBackup(tx, { backup: aBackup(number), sequence: number });
      const result = aResult(aBackup(1), { level: 'restore', verdict: 'proven' });
      await insertValidation(tx, { run: runId(7), database: 'app', at: at(7), sequence: 7, result });
      await refreshBackups(tx);
    });
    expect(await statistics(db)).toMatchObject({
      totalBackups: 2,
      totalSizeBytes: 3_000,
      averageSizeBytes: 1_500,
      averageDurationMs: 1_500,
      oldestBackupAt: at(1),
      newestBackupAt: at(2),
      databases: [
        {
          database: 'app',
          databaseName: 'App',
          backups: 2,
          sizeBytes: 3_000,
          lastBackup: { filename: aBackup(2).filename, createdAt: at(2), sizeBytes: 2_000 },
          lastProven: { filename: aBackup(1).filename, at: at(7) },
          lastFailure: { at: at(6), code: 'dump_failed', message: 'pg_dump ended with 1.' },
        },
        { database: 'never', databaseName: 'never', backups: 0, sizeBytes: 0 },
      ],
      outcomes: [{ kind: 'backup', succeeded: 2, failed: 1, cancelled: 1, successRate: 2 / 3 }],
      recentActivity: [
        { timestamp: at(40) },
        { timestamp: at(6) },
        { timestamp: at(4) },
        { timestamp: at(3) },
      ],
    });
  });
});

describe('restores', () => {
  test('fill up in any order', async () => {
    const changes = [
      { run: runId(1), sequence: 1, filename: 'a.dump.zst', mode: 'swap' as const },
      { run: runId(1), sequence: 2, completedAt: at(2), previousDatabaseName: 'App_old', keptUntil: at(50) },
      { run: runId(1), sequence: 3, undone: { at: at(3), by: runId(2) } },
    ];
    const rows: unknown[] = [];
    for (const order of [changes, changes.toReversed(), [...changes, ...changes]]) {
      await server.psql('truncate holdfast.restores', 'history');
      await within(db, async (tx) => {
        for (const change of order) await upsertRestore(tx, change);
      });
      rows.push(await db.selectFrom('restores').selectAll().execute());
    }
    expect(rows[0]).toEqual([
      expect.objectContaining({
        mode: 'swap',
        previous_database_name: 'App_old',
        undone_by: runId(2),
        first_sequence: 1,
      }),
    ]);
    expect(rows[1]).toEqual(rows[0]);
    expect(rows[2]).toEqual(rows[0]);
  });
});

describe('position', () => {
  test('one projects, the others wait for it', async () => {
    expect(await readPosition(db, 'S')).toBeUndefined();
    const held = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const first = within(db, async (tx) => {
      expect(await lockPosition(tx, 'S')).toEqual({ position: 0, eventId: undefined, epoch: 1 });
      held.resolve();
      await release.promise;
      await movePosition(tx, 'S', { position: 5, eventId: 'five' });
    });
    await held.promise;
    const second = within(db, (tx) => lockPosition(tx, 'S'));
    release.resolve();
    await first;
    expect(await second).toEqual({ position: 5, eventId: 'five', epoch: 1 });
    expect(await readPosition(db, 'S')).toEqual({ position: 5, eventId: 'five', epoch: 1 });
  });

  test('a rebuild forgets what the stream can tell again, and nothing else', async () => {
    await apply(requested(1), requested(5), requested(6));
    await within(db, async (tx) => {
      await upsertBackup(tx, { backup: aBackup(1), sequence: 0 });
      await upsertBackup(tx, { backup: aBackup(5), sequence: 5 });
      await lockPosition(tx, 'S');
      await movePosition(tx, 'S', { position: 6, eventId: 'six' });
      expect(await forgetFrom(tx, 'S', 5)).toBe(3);
    });
    expect(await readPosition(db, 'S')).toEqual({ position: 4, eventId: undefined, epoch: 2 });
    expect((await listRuns(db, { limit: 9 })).runs.map(({ id }) => id)).toEqual([runId(1)]);
    expect((await listBackups(db)).map(({ name }) => name)).toEqual([aBackup(1).name]);
  });

  test('what a stream told that is no more cannot be forgotten by the rebuild of the next', async () => {
    await apply(requested(5));
    await within(db, async (tx) => {
      await lockPosition(tx, 'S');
      await movePosition(tx, 'S', { position: 5, eventId: 'five' });
      await followNewStream(tx, 'S', 1);
      expect(await forgetFrom(tx, 'S', 1)).toBe(0);
    });
    expect(await readPosition(db, 'S')).toEqual({ position: 0, eventId: undefined, epoch: 3 });
    expect(await findRun(db, runId(5))).toBeDefined();
  });
});
