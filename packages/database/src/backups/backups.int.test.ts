import { describe, expect, test } from 'vitest';
import { aBackup, aResult, anEnvelope, at, runId, within } from '../../test/builders.ts';
import { apply, common } from '../../test/changes.ts';
import { useReadModel } from '../../test/use-read-model.ts';
import {
  findBackup,
  insertValidation,
  listBackups,
  refreshBackups,
  upsertBackup,
  type RunChange,
} from '../index.ts';

const model = useReadModel();

describe('backups', () => {
  const proven = aResult(aBackup(1), { level: 'restore', verdict: 'proven' });
  const validate = (number: number, result: typeof proven, minute: number) =>
    within(model.db, async (tx) => {
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
    within(model.db, async (tx) => {
      for (const number of numbers) await upsertBackup(tx, { backup: aBackup(number), sequence: number });
      await refreshBackups(tx);
    });

  test('carry their newest verdict and the last time they were proven, in whatever order those came', async () => {
    await validate(12, { ...proven, verdict: 'invalid' }, 12);
    await add(1);
    await validate(11, proven, 11);
    await validate(11, proven, 11);
    expect(await findBackup(model.db, aBackup(1).name)).toEqual({
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
    await apply(model.db, removal);
    await add(1);
    expect((await listBackups(model.db)).map(({ name }) => name)).toEqual([aBackup(2).name]);
    expect(await listBackups(model.db, { includeDeleted: true })).toContainEqual({
      ...aBackup(1),
      deletedAt: at(9),
    });
  });

  test('newest first, by database, limited', async () => {
    await add(1, 2);
    await within(model.db, (tx) =>
      upsertBackup(tx, { backup: aBackup(3, { database: 'other' }), sequence: 3 }),
    );
    const names = async (filter: object) => (await listBackups(model.db, filter)).map(({ name }) => name);
    expect(await names({})).toEqual([aBackup(3).name, aBackup(2).name, aBackup(1).name]);
    expect(await names({ database: 'app' })).toEqual([aBackup(2).name, aBackup(1).name]);
    expect(await names({ limit: 1 })).toEqual([aBackup(3).name]);
  });

  test('are found by file name, name and alias; the newest of an alias that was used twice', async () => {
    await within(model.db, async (tx) => {
      await upsertBackup(tx, { backup: aBackup(1, { alias: 'mine.sql' }), sequence: 1 });
      await upsertBackup(tx, { backup: aBackup(2, { alias: 'mine.sql' }), sequence: 2 });
      // An alias cannot hide a file of that name.
      await upsertBackup(tx, { backup: aBackup(3, { alias: aBackup(1).filename }), sequence: 3 });
    });
    const found = async (reference: string) => (await findBackup(model.db, reference))?.name;
    expect(await found(aBackup(1).filename)).toBe(aBackup(1).name);
    expect(await found(aBackup(1).name)).toBe(aBackup(1).name);
    expect(await found('mine.sql')).toBe(aBackup(2).name);
    expect(await found('missing')).toBeUndefined();
  });

  test('what an event tells replaces what a manifest told, never the other way round', async () => {
    const tell = (description: string, sequence: number) =>
      within(model.db, (tx) => upsertBackup(tx, { backup: aBackup(1, { description }), sequence }));
    const described = async () => (await findBackup(model.db, aBackup(1).name))?.description;
    expect(await tell('manifest', 0)).toBe(true);
    expect(await tell('event', 7)).toBe(false);
    expect(await described()).toBe('event');
    expect(await tell('manifest', 0)).toBe(false);
    expect(await described()).toBe('event');
  });
});
