import { describe, expect, test } from 'vitest';
import { aBackup, runId, within } from '../../test/builders.ts';
import { apply, requested } from '../../test/changes.ts';
import { useReadModel } from '../../test/use-read-model.ts';
import {
  findRun,
  followNewStream,
  forgetFrom,
  listBackups,
  listRuns,
  lockPosition,
  movePosition,
  readPosition,
  upsertBackup,
} from '../index.ts';

const model = useReadModel();

describe('position', () => {
  test('one projects, the others wait for it', async () => {
    expect(await readPosition(model.db, 'S')).toBeUndefined();
    const held = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const first = within(model.db, async (tx) => {
      expect(await lockPosition(tx, 'S')).toEqual({ position: 0, eventId: undefined, epoch: 1 });
      held.resolve();
      await release.promise;
      await movePosition(tx, 'S', { position: 5, eventId: 'five' });
    });
    await held.promise;
    const second = within(model.db, (tx) => lockPosition(tx, 'S'));
    release.resolve();
    await first;
    expect(await second).toEqual({ position: 5, eventId: 'five', epoch: 1 });
    expect(await readPosition(model.db, 'S')).toEqual({ position: 5, eventId: 'five', epoch: 1 });
  });

  test('a rebuild forgets what the stream can tell again, and nothing else', async () => {
    await apply(model.db, requested(1), requested(5), requested(6));
    await within(model.db, async (tx) => {
      await upsertBackup(tx, { backup: aBackup(1), sequence: 0 });
      await upsertBackup(tx, { backup: aBackup(5), sequence: 5 });
      await lockPosition(tx, 'S');
      await movePosition(tx, 'S', { position: 6, eventId: 'six' });
      expect(await forgetFrom(tx, 'S', 5)).toBe(3);
    });
    expect(await readPosition(model.db, 'S')).toEqual({ position: 4, eventId: undefined, epoch: 2 });
    expect((await listRuns(model.db, { limit: 9 })).runs.map(({ id }) => id)).toEqual([runId(1)]);
    expect((await listBackups(model.db)).map(({ name }) => name)).toEqual([aBackup(1).name]);
  });

  test('what a stream told that is no more cannot be forgotten by the rebuild of the next', async () => {
    await apply(model.db, requested(5));
    await within(model.db, async (tx) => {
      await lockPosition(tx, 'S');
      await movePosition(tx, 'S', { position: 5, eventId: 'five' });
      await followNewStream(tx, 'S', 1);
      expect(await forgetFrom(tx, 'S', 1)).toBe(0);
    });
    expect(await readPosition(model.db, 'S')).toEqual({ position: 0, eventId: undefined, epoch: 3 });
    expect(await findRun(model.db, runId(5))).toBeDefined();
  });
});
