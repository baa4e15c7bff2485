import { memoryStorage, type Storage } from '@holdfast/storage';
import { expect, test } from 'vitest';
import { NAME, newKeyPair, putBackup } from '../../test/made-backup.ts';
import { openRepository } from '../repository/repository.ts';
import { removeAllOf } from './remove-all-of.ts';
import { removeOrphan, takeInventory } from './take-inventory.ts';

const put = async (storage: Storage, ...keys: readonly string[]): Promise<void> => {
  for (const key of keys) await storage.createIfAbsent(key, Buffer.from('x'));
};

const OTHER = 'app/app_20261126T102030Z_full_2b3c4d5e';

test('what a manifest names is no orphan; what none names is', async () => {
  const storage = memoryStorage();
  await putBackup(storage, [await newKeyPair()]);
  await put(storage, `app/${NAME}.2.dump.zst.age`, `${OTHER}.dump.zst`, `${OTHER}.globals.sql`);
  const { entries, orphans } = await takeInventory(openRepository(storage));
  expect(entries.filter(({ manifest }) => manifest)).toHaveLength(1);
  expect(orphans.map(({ key, kind, backup }) => [key, kind, backup?.name])).toEqual([
    [`app/${NAME}.2.dump.zst.age`, 'data', NAME],
    [`${OTHER}.dump.zst`, 'data', OTHER.slice(4)],
    [`${OTHER}.globals.sql`, 'data', OTHER.slice(4)],
  ]);
});

test('nothing of a backup whose manifest cannot be read is an orphan', async () => {
  const storage = memoryStorage();
  await put(storage, `${OTHER}.manifest.json`, `${OTHER}.dump.zst`, `${OTHER}.2.dump.zst`);
  expect((await takeInventory(openRepository(storage))).orphans).toEqual([]);
});

test('what is written for other recipients waits for its manifest', async () => {
  const storage = memoryStorage();
  await putBackup(storage, [await newKeyPair()]);
  await put(storage, `app/${NAME}.r2-abc123.dump.zst.age`);
  expect((await takeInventory(openRepository(storage))).orphans).toEqual([]);
});

test('files of other people are none; a note whose upload is gone is one', async () => {
  const storage = memoryStorage();
  await put(storage, 'README', 'repository.key.age', 'old.sql', 'app/x.dump', 'app/x.dump.upload.json');
  await put(storage, 'gone.sql.upload.json');
  const { orphans } = await takeInventory(openRepository(storage));
  expect(orphans).toMatchObject([{ key: 'gone.sql.upload.json', kind: 'note' }]);
});

test('writes that never completed are told, and removed as such', async () => {
  const storage = memoryStorage();
  const removed: string[] = [];
  const withLeftovers: Storage = {
    ...storage,
    leftovers: async function* () {
      yield { key: `${OTHER}.dump.zst.0123456789ab.part`, sizeBytes: 5, modifiedAt: new Date(0) };
    },
    removeLeftover: async (key) => void removed.push(key),
  };
  const { orphans } = await takeInventory(openRepository(withLeftovers));
  expect(orphans).toMatchObject([{ kind: 'unfinished', backup: { name: OTHER.slice(4) }, sizeBytes: 5 }]);
  for (const orphan of orphans) await removeOrphan(withLeftovers, orphan);
  expect(removed).toEqual([`${OTHER}.dump.zst.0123456789ab.part`]);
});

test('all of a backup goes, its manifest first, and nothing else', async () => {
  const inner = memoryStorage();
  await putBackup(inner, [await newKeyPair()]);
  await put(inner, `app/${NAME}.manifest.2.json`, `${OTHER}.dump.zst`);
  const removed: string[] = [];
  const storage: Storage = { ...inner, remove: (key) => (removed.push(key), inner.remove(key)) };
  expect(await removeAllOf(storage, { database: 'app', name: NAME })).toBeGreaterThan(1_000);
  expect(removed.slice(0, 2)).toEqual([`app/${NAME}.manifest.json`, `app/${NAME}.manifest.2.json`]);
  const left: string[] = [];
  for await (const { key } of inner.list('')) left.push(key);
  expect(left).toEqual([`${OTHER}.dump.zst`]);
  expect(await removeAllOf(storage, { database: 'app', name: NAME })).toBe(0);
});
