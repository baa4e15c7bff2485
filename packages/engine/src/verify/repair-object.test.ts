import type { Manifest } from '@holdfast/contracts';
import { faultyStorage, memoryStorage, type Storage } from '@holdfast/storage';
import { expect, test } from 'vitest';
import { collect, keysIn, newKeyPair, putBackup } from '../../test/made-backup.ts';
import { withCopies } from '../copy/with-copies.ts';
import { openRepository } from '../repository/repository.ts';
import { repairObject } from './repair-object.ts';

const signal = new AbortController().signal;
const bytesOf = async (storage: Storage, key: string): Promise<Buffer> => collect(storage.get(key));

/** A backup, whole copies of it, and what a repair of its data answers. */
async function surroundings(copies: number) {
  const primary = memoryStorage();
  const manifest = await putBackup(primary, [await newKeyPair()]);
  const places: Storage[] = [];
  for (let index = 0; index < copies; index += 1) {
    const place = memoryStorage();
    for (const key of await keysIn(primary)) await place.createIfAbsent(key, await bytesOf(primary, key));
    places.push(place);
  }
  const problems: string[] = [];
  const repair = (through: Storage = primary): Promise<string | undefined> =>
    repairObject(
      withCopies(
        openRepository(through),
        places.map((place, index) => ({ id: `copy${index}`, open: async () => openRepository(place) })),
      ),
      manifest,
      manifest.data,
      signal,
      (_error, doing) => problems.push(doing),
    );
  return { primary, places, manifest, problems, repair };
}

async function damage(storage: Storage, { data }: Manifest): Promise<Buffer> {
  const bytes = await bytesOf(storage, data.key);
  bytes.writeUInt8(bytes.readUInt8(100) ^ 1, 100);
  await storage.put(data.key, once(bytes), { replaces: true });
  return bytes;
}
async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

test('what is damaged is there until the good one takes its place: nothing is removed', async () => {
  const { primary, manifest, repair } = await surroundings(1);
  const good = await bytesOf(primary, manifest.data.key);
  const before = await keysIn(primary);
  await damage(primary, manifest);
  const removed: string[] = [];
  const watched: Storage = {
    ...primary,
    remove: async (key) => {
      removed.push(key);
      return primary.remove(key);
    },
  };
  expect(await repair(watched)).toBe('copy0');
  expect(removed).toEqual([]);
  expect((await bytesOf(primary, manifest.data.key)).equals(good)).toBe(true);
  expect(await keysIn(primary)).toEqual(before);
});

test('what is lost comes back', async () => {
  const { primary, manifest, repair } = await surroundings(1);
  const good = await bytesOf(primary, manifest.data.key);
  await primary.remove(manifest.data.key);
  expect(await repair()).toBe('copy0');
  expect((await bytesOf(primary, manifest.data.key)).equals(good)).toBe(true);
});

test('a write that fails leaves the damaged one, of which much may be good; the next copy is tried', async () => {
  const { primary, places, manifest, problems, repair } = await surroundings(2);
  const bad = await damage(primary, manifest);
  expect(await repair(faultyStorage(primary, { fullAfterBytes: 50 }))).toBeUndefined();
  expect((await bytesOf(primary, manifest.data.key)).equals(bad)).toBe(true);
  expect(problems).toHaveLength(2);
  if (places[0]) await damage(places[0], manifest);
  expect(await repair()).toBe('copy1');
});

test('a write that is cut silently is no repair', async () => {
  const { primary, manifest, problems, repair } = await surroundings(1);
  await damage(primary, manifest);
  expect(await repair(faultyStorage(primary, { shortWrite: 'silent' }))).toBeUndefined();
  expect(problems).toHaveLength(1);
  expect(await repair()).toBe('copy0');
});

test('a good object is not written again', async () => {
  const { primary, repair } = await surroundings(1);
  const puts: string[] = [];
  const watched: Storage = {
    ...primary,
    put: async (key, body, options) => {
      puts.push(key);
      return primary.put(key, body, options);
    },
  };
  expect(await repair(watched)).toBe('copy0');
  expect(puts).toEqual([]);
});

test('a backup that is deleted while it is repaired leaves nothing', async () => {
  const { primary, manifest, repair } = await surroundings(1);
  await damage(primary, manifest);
  const deleting: Storage = {
    ...primary,
    put: async (key, body, options) => {
      await openRepository(primary).remove(manifest);
      return primary.put(key, body, options);
    },
  };
  expect(await repair(deleting)).toBeUndefined();
  expect(await keysIn(primary)).toEqual([]);
});
