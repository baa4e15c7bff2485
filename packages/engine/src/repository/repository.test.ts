import { memoryStorage, type Storage } from '@holdfast/storage';
import { describe, expect, test } from 'vitest';
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

describe('summaries that are taken again', () => {
  /** A storage that tells which manifests were read. */
  async function watched() {
    const memory = memoryStorage();
    const read: string[] = [];
    const storage: Storage = {
      ...memory,
      get: (key, range) => {
        if (key.includes('.manifest.')) read.push(key);
        return memory.get(key, range);
      },
    };
    const keys = await newKeyPair();
    const manifest = await putBackup(storage, [keys]);
    read.length = 0;
    const repository = openRepository(storage);
    const first = await repository.summarize();
    const again = () => repository.summarize({}, first.remembered);
    return { storage, read, manifest, first, again };
  }

  test('a manifest that looks as it did is not read again', async () => {
    const { read, manifest, first, again } = await watched();
    expect(first.found).toEqual([manifest.backup]);
    const second = await again();
    expect(second.found).toEqual(first.found);
    expect(read).toHaveLength(1);
    expect(second.remembered).toEqual(first.remembered);
  });

  test('one that is gone, or whose data is, is no longer remembered', async () => {
    const { storage, manifest, again } = await watched();
    await storage.remove(manifest.data.key);
    const { found, problems, remembered } = await again();
    expect([found, problems.map(({ problem }) => problem), remembered.size]).toEqual([
      [],
      ['data_missing'],
      0,
    ]);
    await storage.remove(`${manifest.backup.database}/${manifest.backup.name}.manifest.json`);
    expect(await again()).toMatchObject({ found: [] });
  });

  test('one that somebody changed, or of which there is a next revision, is read', async () => {
    const { storage, read, manifest, again } = await watched();
    const changed = { ...manifest, backup: { ...manifest.backup, description: 'mended by hand' } };
    const { database, name } = manifest.backup;
    await storage.createIfAbsent(`${database}/${name}.manifest.2.json`, Buffer.from(JSON.stringify(changed)));
    expect((await again()).found).toEqual([changed.backup]);
    await storage.remove(`${database}/${name}.manifest.2.json`);
    await storage.remove(`${database}/${name}.manifest.json`);
    await storage.createIfAbsent(`${database}/${name}.manifest.json`, Buffer.from(JSON.stringify(changed)));
    expect((await again()).found).toEqual([changed.backup]);
    expect(read).toHaveLength(3);
  });
});
