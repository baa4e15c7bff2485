import { memoryStorage, type Storage } from '@holdfast/storage';
import { expect, test } from 'vitest';
import { NAME, newKeyPair, putBackup } from '../../test/made-backup.ts';
import { openRepository } from './repository.ts';

/** A backup, in a storage where somebody removes it just before its manifest is read. */
async function removedOnRead(): Promise<Storage> {
  const storage = memoryStorage();
  const manifest = await putBackup(storage, [await newKeyPair()]);
  return {
    ...storage,
    get: async function* (key, range) {
      if (key.endsWith('.manifest.json')) await openRepository(storage).remove(manifest);
      yield* storage.get(key, range);
    },
  };
}

test('a listing leaves out what is removed while it is read', async () => {
  expect(await openRepository(await removedOnRead()).list()).toEqual([]);
});

test.each([NAME, `${NAME}.dump.zst.age`])(
  'what is removed while it is looked for is not found: %s',
  async (name) => {
    const finding = openRepository(await removedOnRead()).find(name);
    await expect(finding).rejects.toMatchObject({ code: 'backup_not_found' });
  },
);

test('nor is it the backup of its run', async () => {
  const place = {
    database: 'app',
    run: '0198c0de-f00d-7000-8000-00001a2b3c4d',
    requestedAt: new Date('2026-11-25T10:20:30Z'),
    type: 'full',
  } as const;
  expect(await openRepository(await removedOnRead()).ofRun(place)).toBeUndefined();
});
