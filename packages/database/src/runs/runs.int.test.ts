import { describe, expect, test } from 'vitest';
import { aBackup, at, runId, within } from '../../test/builders.ts';
import { apply, completed, failed, requested, started, common } from '../../test/changes.ts';
import { useReadModel } from '../../test/use-read-model.ts';
import { findRun, listRuns, upsertRestore, type RunChange } from '../index.ts';

const model = useReadModel();

describe('runs', () => {
  test('from request to outcome, as the bucket has it', async () => {
    await apply(model.db, requested(1), started(1));
    expect(await findRun(model.db, runId(1))).toEqual({
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
    await apply(model.db, completed(1));
    expect(await findRun(model.db, runId(1))).toMatchObject({
      state: 'completed',
      endedAt: at(3),
      outcome: { type: 'backup.completed', data: { backup: { name: aBackup(1).name } } },
    });
  });

  test('whatever the order and however often: the same row', async () => {
    const failedOnce: RunChange = { ...common(1), stage: 'attempt_failed', attempt: 1, worker: 'worker-1' };
    const asked: RunChange = { ...common(1), stage: 'cancel_asked', by: 'bob', reason: 'too slow' };
    const changes = [requested(1), started(1), failedOnce, asked, started(1, 2), completed(1)];
    await apply(model.db, ...changes);
    const expected = await row();
    expect(expected).toMatchObject({
      failed_attempts: [1],
      attempt: 2,
      worker: 'worker-2',
      cancel_by: 'bob',
    });
    for (const order of [changes.toReversed(), [...changes, ...changes], rotate(changes, 3)]) {
      await model.psql('truncate holdfast.runs');
      // A wish makes no run, so it is heard once the run is there.
      await apply(model.db, ...order, asked);
      expect(await row()).toEqual(expected);
    }
  });

  const row = () => model.db.selectFrom('runs').selectAll().executeTakeFirstOrThrow();
  const rotate = <T>(list: readonly T[], by: number): readonly T[] => [
    ...list.slice(by),
    ...list.slice(0, by),
  ];

  test('the first outcome stays', async () => {
    await apply(model.db, requested(1), failed(1), completed(1));
    expect(await findRun(model.db, runId(1))).toMatchObject({
      state: 'failed',
      outcome: { type: 'backup.failed' },
    });
  });

  test('a wish to cancel makes no run', async () => {
    await apply(model.db, { ...common(1), stage: 'cancel_asked', by: 'bob', reason: undefined });
    expect(await findRun(model.db, runId(1))).toBeUndefined();
  });

  test.each(['nonsense', '', `${runId(1)}'; drop table holdfast.runs; --`])('%j is no run', async (id) => {
    expect(await findRun(model.db, id)).toBeUndefined();
  });

  test('pages, newest first, do not shift when new ones come in', async () => {
    await apply(model.db, ...[1, 2, 3, 4, 5].map(requested));
    const ids = (page: { readonly runs: readonly { readonly id: string }[] }) =>
      page.runs.map(({ id }) => id);
    const first = await listRuns(model.db, { limit: 2 });
    expect(ids(first)).toEqual([runId(5), runId(4)]);
    await apply(model.db, requested(6));
    const second = await listRuns(model.db, { limit: 2, cursor: first.nextCursor });
    expect(ids(second)).toEqual([runId(3), runId(2)]);
    const third = await listRuns(model.db, { limit: 2, cursor: second.nextCursor });
    expect(third).toEqual({ runs: [expect.objectContaining({ id: runId(1) })] });
    expect(ids(await listRuns(model.db, { limit: 1, cursor: 'gone' }))).toEqual([runId(6)]);
    expect(ids(await listRuns(model.db, { limit: 1, cursor: runId(99) }))).toEqual([runId(6)]);
  });

  test('runs asked for at the same instant are paged by id', async () => {
    await apply(model.db, ...[1, 2, 3].map((number) => ({ ...requested(number), at: at(0) })));
    const first = await listRuns(model.db, { limit: 2 });
    const second = await listRuns(model.db, { limit: 2, cursor: first.nextCursor });
    expect([...first.runs, ...second.runs].map(({ id }) => id)).toEqual([runId(3), runId(2), runId(1)]);
  });

  test('by kind, state and database', async () => {
    await apply(model.db, requested(1), started(2), { ...requested(3), kind: 'restore', database: 'other' });
    const ids = async (filter: object) =>
      (await listRuns(model.db, { limit: 9, ...filter })).runs.map(({ id }) => id);
    expect(await ids({ kind: 'restore' })).toEqual([runId(3)]);
    expect(await ids({ state: 'running' })).toEqual([runId(2)]);
    expect(await ids({ database: 'app', state: 'requested' })).toEqual([runId(1)]);
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
      await model.psql('truncate holdfast.restores');
      await within(model.db, async (tx) => {
        for (const change of order) await upsertRestore(tx, change);
      });
      rows.push(await model.db.selectFrom('restores').selectAll().execute());
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
