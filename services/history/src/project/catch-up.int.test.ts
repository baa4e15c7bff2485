import {
  connectDatabase,
  findBackup,
  findRun,
  listActivity,
  listBackups,
  readPosition,
  type HistoryDatabase,
} from '@holdfast/database';
import { describe, expect, onTestFinished, test } from 'vitest';
import { memoryStream, type MemoryStream } from '../../test/memory-stream.ts';
import { allRows, dependencies, repositoryOf, STREAM, useReadModel } from '../../test/read-model.ts';
import {
  aBackup,
  aDay,
  anEvent,
  at,
  backupStory,
  rewrapped,
  runId,
  validationStory,
} from '../../test/story.ts';
import type { HistoryDependencies } from '../dependencies.ts';
import { catchUp } from './catch-up.ts';
import { checkStream } from './check-stream.ts';

const model = useReadModel();
const never = new AbortController().signal;

const project = async (stream: MemoryStream, overrides: Partial<HistoryDependencies> = {}) => {
  const deps = dependencies(model.db, stream, overrides);
  await catchUp(deps, stream.last, { signal: never });
  return deps;
};
const position = async (db: HistoryDatabase = model.db) => (await readPosition(db, STREAM))?.position;

test('a day in the rows', async () => {
  await project(memoryStream(...aDay));
  expect(await position()).toBe(aDay.length);
  expect(await findRun(model.db, runId(10))).toEqual({
    id: runId(10),
    kind: 'backup',
    database: 'app',
    state: 'completed',
    attempt: 2,
    failures: 1,
    worker: 'worker-2',
    requestedAt: at(10),
    startedAt: at(11),
    endedAt: at(14),
    correlation: runId(10),
    outcome: aDay[4],
  });
  expect(await findRun(model.db, runId(11))).toMatchObject({
    state: 'cancelled',
    cancel: { by: 'ann', reason: 'too slow' },
  });
  expect(await findRun(model.db, runId(50))).toMatchObject({ kind: 'undo', state: 'completed' });
  expect(await findRun(model.db, runId(51))).toMatchObject({ kind: 'undo', state: 'failed' });
  expect(await listBackups(model.db)).toEqual([
    {
      ...aBackup(10, { attempt: 2 }),
      ...rewrapped,
      lastValidation: { at: at(22), level: 'restore', verdict: 'proven' },
      lastProvenAt: at(22),
    },
  ]);
  expect(await findBackup(model.db, aBackup(13).name)).toMatchObject({ deletedAt: at(31) });
  const { restores } = await allRows(model.db);
  expect(restores).toMatchObject([
    { run: runId(40), undone_at: at(51), undone_by: runId(50), previous_database_name: 'App_before' },
    { run: runId(41), rolled_back_at: at(55), completed_at: null },
    { run: runId(42), rolled_back_at: null, completed_at: null },
  ]);
  const { rows, total } = await listActivity(model.db, { limit: 100, offset: 0 });
  expect(total).toBe(19);
  expect(rows.map(({ operation, success }) => `${operation} ${success}`).toReversed()).toEqual([
    'backup true',
    'backup true',
    'validation true',
    'backup false',
    'backup false',
    'cleanup true',
    'cleanup false',
    'copy true',
    'copy false',
    'copy false',
    'restore true',
    'restore true',
    'restore false',
    'restore false',
    'restore false',
    'validation false',
    'validation false',
    'cleanup true',
    'cleanup false',
  ]);
});

describe('the same rows', () => {
  const once = async () => {
    await project(memoryStream(...aDay));
    const rows = await allRows(model.db);
    await model.empty();
    return rows;
  };

  test.each([1, 2, 7])('in batches of %d', async (batchSize) => {
    const expected = await once();
    await project(memoryStream(...aDay), { batchSize });
    expect(await allRows(model.db)).toEqual(expected);
  });

  test('delivered one by one, each twice, and all again out of order', async () => {
    const expected = await once();
    const stream = memoryStream(...aDay);
    const deps = dependencies(model.db, stream);
    const deliver = async (sequence: number) => {
      const event = aDay[sequence - 1];
      await catchUp(deps, sequence, { signal: never, delivered: { sequence, event } });
    };
    for (let sequence = 1; sequence <= stream.last; sequence += 1) {
      await deliver(sequence);
      await deliver(sequence);
    }
    for (let sequence = stream.last; sequence >= 1; sequence -= 1)
      await deliver((sequence * 7) % stream.last || 1);
    expect(await allRows(model.db)).toEqual(expected);
    expect(deps.told).toHaveLength(aDay.length);
  });

  test('when a late delivery comes first', async () => {
    const expected = await once();
    const stream = memoryStream(...aDay);
    const deps = dependencies(model.db, stream);
    const last = { sequence: stream.last, event: aDay.at(-1) };
    await catchUp(deps, stream.last, { signal: never, delivered: last });
    await catchUp(deps, 1, { signal: never, delivered: { sequence: 1, event: aDay[0] } });
    expect(await allRows(model.db)).toEqual(expected);
  });

  test('when every event stands in the stream twice, hours apart', async () => {
    const expected = await once();
    await project(memoryStream(...aDay, ...aDay));
    expect(await allRows(model.db)).toEqual(expected);
  });

  test('with three replicas at once', async () => {
    const expected = await once();
    const stream = memoryStream(...aDay);
    const replicas = [1, 2, 3].map(() => {
      const db = connectDatabase(model.url());
      onTestFinished(() => db.destroy());
      return dependencies(db, stream, { batchSize: 3 });
    });
    await Promise.all(
      replicas.flatMap((deps) =>
        [5, 20, stream.last].map((until) => catchUp(deps, until, { signal: never })),
      ),
    );
    expect(await allRows(model.db)).toEqual(expected);
    // Each event went into the rows once, whoever did it.
    const told = replicas.flatMap((deps) => deps.told.map(({ sequence }) => sequence));
    expect(told.sort((a, b) => a - b)).toEqual(aDay.map((_, index) => index + 1));
  });

  test('after a crash between the rows and the acknowledgement', async () => {
    const expected = await once();
    const stream = memoryStream(...aDay);
    const crash = () => {
      throw new Error('killed');
    };
    for (let sequence = 1; sequence <= stream.last; sequence += 1) {
      const dying = dependencies(model.db, stream, { tally: crash });
      await expect(catchUp(dying, sequence, { signal: never })).rejects.toThrow('killed');
    }
    await project(stream);
    expect(await allRows(model.db)).toEqual(expected);
  });

  test('after a crash in the middle of a transaction', async () => {
    const expected = await once();
    const stream = memoryStream(...aDay);
    await model.psql(`
      create function holdfast.refuse() returns trigger language plpgsql as $$ begin raise 'killed'; end $$;
      create trigger refuse before insert on holdfast.restores for each row execute function holdfast.refuse()`);
    await expect(project(stream)).rejects.toThrow('killed');
    expect(await position()).toBeUndefined();
    await model.psql('drop trigger refuse on holdfast.restores; drop function holdfast.refuse()');
    await project(stream);
    expect(await allRows(model.db)).toEqual(expected);
  });

  test('when the database is put back to an earlier state', async () => {
    const expected = await once();
    const stream = memoryStream(...aDay);
    await catchUp(dependencies(model.db, stream), 9, { signal: never });
    await project(stream);
    expect(await allRows(model.db)).toEqual(expected);
  });
});

describe('what cannot be projected', () => {
  test('is skipped, told, and the position moves on', async () => {
    const [asked, ...rest] = backupStory(1);
    const stream = memoryStream(
      asked,
      undefined,
      { ...backupStory(2)[0]!, type: 'backup.of_later' },
      { ...backupStory(3)[0]!, data: { type: 'half' } },
      ...rest,
      undefined,
    );
    const { told } = await project(stream);
    expect(await position()).toBe(stream.last);
    expect(told.map(({ fate }) => fate)).toEqual([
      'projected',
      'invalid',
      'unknown_type',
      'invalid',
      'projected',
      'projected',
      'projected',
      'projected',
      'invalid',
    ]);
    expect(await findRun(model.db, runId(1))).toMatchObject({ state: 'completed' });
    expect(await findRun(model.db, runId(3))).toBeUndefined();
  });

  test('a value that PostgreSQL refuses keeps only its own event out', async () => {
    const [, , , , bad] = backupStory(2);
    const backup = aBackup(2, { createdAt: '0000-01-01T00:00:00Z' });
    const stream = memoryStream(...backupStory(1), { ...bad!, data: { backup } }, ...backupStory(3));
    const { told } = await project(stream);
    expect(told.filter(({ fate }) => fate !== 'projected')).toEqual([
      {
        fate: 'refused',
        type: 'backup.completed',
        sequence: 6,
        why: expect.stringMatching(/date\/time field value out of range/),
      },
    ]);
    expect(await findRun(model.db, runId(2))).toBeUndefined();
    expect((await listBackups(model.db)).map(({ name }) => name)).toEqual([aBackup(3).name, aBackup(1).name]);
    expect(await position()).toBe(stream.last);
  });

  test('a NUL in a description is none of these', async () => {
    const asked = { type: 'full', trigger: 'manual', description: 'a\0b', by: 'ann' } as const;
    const { told } = await project(memoryStream(anEvent('backup.requested', 1, 1, asked)));
    expect(told).toEqual([{ fate: 'projected', type: 'backup.requested', sequence: 1 }]);
  });
});

describe('the stream', () => {
  test('with holes is gone through to its end', async () => {
    const stream = memoryStream(...backupStory(1), ...backupStory(2));
    for (const sequence of [1, 2, 7, stream.last]) stream.punch(sequence);
    await project(stream, { batchSize: 2 });
    expect(await position()).toBe(stream.last);
    expect(await findRun(model.db, runId(1))).toMatchObject({ state: 'completed' });
  });

  test('that dropped events before they were seen: their backups come from the manifests', async () => {
    const stream = memoryStream(...backupStory(1), ...backupStory(2), ...validationStory(20, 1));
    stream.expireBefore(6);
    const repository = await repositoryOf(aBackup(1, { attempt: 2 }), aBackup(2, { attempt: 2 }));
    await project(stream, { repository });
    expect(await findBackup(model.db, aBackup(1).name)).toMatchObject({ lastProvenAt: at(22) });
    expect((await listBackups(model.db)).map(({ name }) => name)).toEqual([aBackup(2).name, aBackup(1).name]);
  });

  test('that dropped events, with the repository away: what is left is projected', async () => {
    const stream = memoryStream(...backupStory(1), ...backupStory(2));
    stream.expireBefore(6);
    const errors: unknown[] = [];
    const log = {
      info: () => undefined,
      warn: () => undefined,
      error: (fields: unknown) => void errors.push(fields),
    };
    await project(stream, { log, repository: { list: () => Promise.reject(new Error('not mounted')) } });
    expect(await position()).toBe(stream.last);
    expect(errors).toEqual([{ err: new Error('not mounted') }]);
  });

  test('a reading that is cut short loses nothing', async () => {
    const stream = memoryStream(...aDay);
    const stopping = new AbortController();
    const cut: MemoryStream = {
      ...stream,
      readEvents: async function* (from, options) {
        for await (const event of stream.readEvents(from, options)) {
          if (event.sequence === 4) {
            stopping.abort();
            return;
          }
          yield event;
        }
      },
    };
    const deps = dependencies(model.db, cut);
    await expect(catchUp(deps, stream.last, { signal: stopping.signal })).rejects.toMatchObject({
      code: 'shutting_down',
    });
    expect(await position()).toBeUndefined();
    await project(stream);
    expect(await position()).toBe(stream.last);
  });

  test('that was made anew is followed from its beginning, and the rows of the old one stay', async () => {
    await project(memoryStream(...backupStory(1), ...backupStory(2)));
    const shorter = dependencies(model.db, memoryStream(...backupStory(3)));
    expect(await checkStream(shorter, never)).toBe(true);
    await catchUp(shorter, 5, { signal: never });
    const names = async () => (await listBackups(model.db)).map(({ name }) => name);
    expect(await names()).toEqual([aBackup(3).name, aBackup(2).name, aBackup(1).name]);
    // As long as the one before, so that only the event at the position tells.
    const asLong = dependencies(model.db, memoryStream(...backupStory(4)));
    expect(await checkStream(asLong, never)).toBe(true);
    await catchUp(asLong, 5, { signal: never });
    expect(await names()).toEqual([4, 3, 2, 1].map((number) => aBackup(number).name));
  });

  test('that is the same is not taken for another', async () => {
    const stream = memoryStream(...aDay);
    const deps = await project(stream);
    expect(await checkStream(deps, never)).toBe(false);
    stream.append(...backupStory(70));
    expect(await checkStream(deps, never)).toBe(false);
    stream.punch(aDay.length);
    expect(await checkStream(deps, never)).toBe(false);
    stream.expireBefore(stream.last + 1);
    expect(await checkStream(deps, never)).toBe(false);
    expect(await position()).toBe(aDay.length);
  });

  test('the database away: history_unavailable, nothing half done', async () => {
    const db = connectDatabase(model.url().replace(/:\d+\//, ':1/'));
    onTestFinished(() => db.destroy());
    const deps = dependencies(db, memoryStream(...aDay));
    await expect(catchUp(deps, 1, { signal: never })).rejects.toMatchObject({ code: 'history_unavailable' });
    expect(deps.told).toEqual([]);
  });
});
