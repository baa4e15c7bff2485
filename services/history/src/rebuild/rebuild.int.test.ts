import { findBackup, findRun, listBackups, readPosition } from '@holdfast/database';
import { expect, test } from 'vitest';
import { memoryStream } from '../../test/memory-stream.ts';
import { allRows, dependencies, repositoryOf, STREAM, useReadModel } from '../../test/read-model.ts';
import { aBackup, aDay, backupStory, runId, validationStory } from '../../test/story.ts';
import { catchUp } from '../project/catch-up.ts';
import { createReadModel } from './create-read-model.ts';
import { rebuild } from './rebuild.ts';

const model = useReadModel();
const never = new AbortController().signal;

test('gives identical rows, also over damaged ones', async () => {
  const stream = memoryStream(...aDay);
  const repository = await repositoryOf(aBackup(10, { attempt: 2 }));
  const deps = dependencies(model.db, stream, { repository, batchSize: 7 });
  await catchUp(deps, stream.last, { signal: never });
  const expected = await allRows(model.db);
  await model.psql(`
    update holdfast.runs set state = 'running', ended_at = null where kind = 'backup';
    update holdfast.backups set deleted_at = now(), size_bytes = 1;
    delete from holdfast.validations`);
  expect(await rebuild(deps, never)).toEqual({
    forgotten:
      expected.runs.length + expected.backups.length + expected.restores.length + expected.happenings.length,
    events: aDay.length,
    backupsFromManifests: 0,
    unusableManifests: 0,
    backups: 2,
    runs: expected.runs.length,
    validations: 1,
  });
  expect(await allRows(model.db)).toEqual(expected);
  await rebuild(deps, never);
  expect(await allRows(model.db)).toEqual(expected);
});

test('keeps what only expired events told', async () => {
  const stream = memoryStream(...backupStory(1), ...backupStory(2), ...validationStory(20, 1));
  const deps = dependencies(model.db, stream);
  await catchUp(deps, stream.last, { signal: never });
  const expected = await allRows(model.db);
  stream.expireBefore(8);
  const counts = await rebuild(deps, never);
  expect(counts).toMatchObject({ events: 6, forgotten: 3 });
  expect(await allRows(model.db)).toEqual(expected);
});

test('an empty database with an emptied stream: the backups come from their manifests', async () => {
  const stream = memoryStream(...backupStory(1), ...backupStory(2));
  stream.expireBefore(stream.last + 1);
  const repository = await repositoryOf(aBackup(1), aBackup(2));
  await repository.storage.put('app/junk.manifest.json', [
    Buffer.from('not JSON'),
  ] as unknown as AsyncIterable<Uint8Array>); // for await takes arrays
  const counts = await rebuild(dependencies(model.db, stream, { repository }), never);
  expect(counts).toEqual({
    forgotten: 0,
    events: 0,
    backupsFromManifests: 2,
    unusableManifests: 1,
    backups: 2,
    runs: 0,
    validations: 0,
  });
  expect(await listBackups(model.db)).toEqual([aBackup(2), aBackup(1)]);
  expect((await readPosition(model.db, STREAM))?.position).toBe(stream.last);
});

test('a database that never saw an event begins with the manifests', async () => {
  const repository = await repositoryOf(aBackup(1));
  const deps = dependencies(model.db, memoryStream(), { repository });
  await createReadModel(deps);
  expect(await listBackups(model.db)).toEqual([aBackup(1)]);
  await model.psql('truncate holdfast.backups');
  await createReadModel(deps);
  expect(await listBackups(model.db)).toEqual([]);
});

test('works while events arrive and another replica projects them', async () => {
  const stream = memoryStream(...aDay);
  const deps = dependencies(model.db, stream, { batchSize: 2 });
  const other = dependencies(model.db, stream, { batchSize: 3 });
  await catchUp(deps, stream.last, { signal: never });
  const rebuilding = [rebuild(deps, never), rebuild(deps, never)];
  for (const number of [70, 71, 72, 73]) {
    const until = stream.append(...backupStory(number));
    await catchUp(other, until, { signal: never });
  }
  await Promise.all(rebuilding);
  await catchUp(other, stream.last, { signal: never });
  const arrived = await allRows(model.db);
  await model.empty();
  await catchUp(other, stream.last, { signal: never });
  expect(arrived).toEqual(await allRows(model.db));
  expect(await findRun(model.db, runId(73))).toMatchObject({ state: 'completed' });
});

test('the repository away: the events are gone through, and the failure is told', async () => {
  const stream = memoryStream(...backupStory(1));
  const repository = { list: () => Promise.reject(new Error('not mounted')) };
  const deps = dependencies(model.db, stream, { repository });
  await expect(rebuild(deps, never)).rejects.toThrow('not mounted');
  expect(await findBackup(model.db, aBackup(1).name)).toBeDefined();
});
