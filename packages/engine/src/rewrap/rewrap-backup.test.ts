import type { Manifest } from '@holdfast/contracts';
import { memoryStorage, StorageError, type Storage } from '@holdfast/storage';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  keysIn,
  NAME,
  newKeyPair,
  putBackup,
  readAllOf,
  readWith,
  ringOf,
  RUN,
  type KeyPair,
} from '../../test/made-backup.ts';
import { dyingAt, steppedStorage, type Step } from '../../test/stepped-storage.ts';
import { copyBackup, missingIn, openRepository, rewrapBackup, type Rewrapped } from '../index.ts';

let storage: Storage;
let alice: KeyPair;
let bob: KeyPair;
let carol: KeyPair;
beforeEach(async () => {
  storage = memoryStorage();
  [alice, bob, carol] = await Promise.all([newKeyPair(), newKeyPair(), newKeyPair()]);
  await putBackup(storage, [alice]);
});

const place = {
  database: 'app',
  run: RUN,
  requestedAt: new Date('2026-11-25T10:20:30Z'),
  type: 'full',
} as const;
const signal = new AbortController().signal;
const rewrapIn = (
  at: Storage,
  to: readonly KeyPair[],
  by: readonly KeyPair[] = [alice, bob, carol],
): Promise<Rewrapped> =>
  rewrapBackup(
    { repository: openRepository(at, ringOf(...by)), signal },
    { reference: NAME, recipients: to.map(({ recipient }) => recipient) },
  );
const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

const objectsIn = async (at: Storage): Promise<ReadonlySet<string>> =>
  new Set((await keysIn(at)).filter((key) => !key.includes('.manifest.')));
const objectsOf = ({ data, globals, ids }: Manifest): ReadonlySet<unknown> =>
  new Set([data.key, globals?.key, ids?.key]);

/** One of the two reads all of it, whatever has happened. */
async function expectWhole(at: Storage = storage): Promise<void> {
  const entries = await openRepository(at).list();
  expect(entries.map(({ problem }) => problem)).toEqual([undefined]);
  const readers = [alice, bob, carol].map((pair) => failureOf(readAllOf(at, pair)));
  expect(await Promise.all(readers)).toContain(undefined);
}

/** As many steps as it takes undisturbed. */
async function stepsOf(): Promise<number> {
  const at = memoryStorage();
  await putBackup(at, [alice]);
  let steps = 0;
  await rewrapIn(
    steppedStorage(at, async ({ number }) => {
      steps = number;
    }),
    [bob],
  );
  return steps;
}
const everyStep = async (): Promise<readonly Pick<Step, 'number' | 'when'>[]> =>
  Array.from({ length: await stepsOf() }, (_, index) => [
    { number: index + 1, when: 'before' } as const,
    { number: index + 1, when: 'after' } as const,
  ]).flat();

test('the new recipients read it, the old ones no longer; the old files are gone', async () => {
  const { manifest, isChanged, warnings } = await rewrapIn(storage, [bob, carol]);
  expect([isChanged, warnings]).toEqual([true, []]);
  await expect(readAllOf(storage, bob)).resolves.toBe(true);
  await expect(readAllOf(storage, carol)).resolves.toBe(true);
  await expect(readAllOf(storage, alice)).rejects.toMatchObject({ code: 'key_wrong' });
  expect(manifest.backup.filename).toMatch(/^app_.*_1a2b3c4d\.r2-[0-9a-f]{8}\.dump\.zst\.age$/);
  expect(new Set(await keysIn(storage))).toEqual(
    new Set([
      `app/${NAME}.dump.zst.age.ids`,
      `app/${NAME}.manifest.2.json`,
      `app/${NAME}.manifest.json`,
      manifest.data.key,
      manifest.globals?.key,
    ]),
  );
});

test('it answers to all its names, old and new', async () => {
  const { manifest } = await rewrapIn(storage, [bob]);
  const repository = openRepository(storage);
  for (const name of [NAME, RUN, `${NAME}.dump.zst.age`, manifest.backup.filename, `${NAME}.manifest.json`])
    expect(await repository.find(name)).toEqual(manifest);
  expect(await repository.ofRun(place)).toEqual(manifest);
  expect(await repository.list()).toEqual([{ manifest }]);
});

test('again and again: each time a revision, for the same recipients nothing', async () => {
  await rewrapIn(storage, [bob]);
  await rewrapIn(storage, [carol, alice]);
  expect((await rewrapIn(storage, [alice, carol], [])).isChanged).toBe(false);
  const { manifest } = await rewrapIn(storage, [alice]);
  expect(manifest.backup.filename).toContain('.r4-');
  await expect(readAllOf(storage, alice)).resolves.toBe(true);
  expect((await keysIn(storage)).filter((key) => !key.includes('.manifest.'))).toHaveLength(3);
});

describe('refused, with nothing written', () => {
  test.each([
    ['without a private key', () => rewrapIn(storage, [bob], []), 'key_missing'],
    ['with the wrong one', () => rewrapIn(storage, [bob], [carol]), 'key_wrong'],
    ['for nobody', () => rewrapIn(storage, []), 'key_missing'],
    [
      'for what is no public key',
      () => rewrapIn(storage, [{ identity: '', recipient: 'age1nobody' }]),
      'key_invalid',
    ],
  ])('%s', async (_name, work, code) => {
    const before = await keysIn(storage);
    await expect(work()).rejects.toMatchObject({ code });
    expect(await keysIn(storage)).toEqual(before);
  });

  test('of a damaged file: its hash would be vouched for', async () => {
    const [key = ''] = (await keysIn(storage)).filter((each) => each.endsWith('.dump.zst.age'));
    const bytes: Uint8Array[] = [];
    for await (const piece of storage.get(key)) bytes.push(piece);
    const damaged = Buffer.concat(bytes);
    damaged.writeUInt8(damaged.readUInt8(5_000) ^ 1, 5_000);
    await storage.remove(key);
    await storage.createIfAbsent(key, damaged);
    await expect(rewrapIn(storage, [bob])).rejects.toMatchObject({ code: 'archive_corrupt' });
    expect((await keysIn(storage)).filter((each) => each.includes('.r2-'))).toEqual([]);
  });
});

test('broken off at any step, before or after it: whole for the old ones or the new, and the next time does it', async () => {
  for (const { number, when } of await everyStep()) {
    storage = memoryStorage();
    await putBackup(storage, [alice]);
    const outcome = await failureOf(rewrapIn(dyingAt(storage, number, when), [bob]));
    await expectWhole();
    await rewrapIn(storage, [bob]);
    await expect(readAllOf(storage, bob)).resolves.toBe(true);
    await expect(readAllOf(storage, alice)).rejects.toMatchObject({ code: 'key_wrong' });
    const { manifest } = await rewrapIn(storage, [carol]);
    expect([number, when, await objectsIn(storage)]).toEqual([number, when, objectsOf(manifest)]);
    await openRepository(storage).remove(manifest);
    expect(await keysIn(storage)).toEqual([]);
    expect(String(outcome)).toMatch(/undefined|the process died/);
  }
});

test('whoever reads meanwhile, by a manifest of before or of now, gets all of it', async () => {
  const repository = openRepository(storage, ringOf(alice, bob));
  const before = await repository.find(NAME);
  let steps = 0;
  await rewrapIn(
    steppedStorage(storage, async () => {
      steps += 1;
      await expectWhole();
      await readWith(repository, before);
    }),
    [bob],
  );
  expect(steps).toBe(2 * (await stepsOf()));
});

test('deleted at any step, it stays deleted', async () => {
  for (const { number, when } of await everyStep()) {
    storage = memoryStorage();
    const manifest = await putBackup(storage, [alice]);
    const deleting = steppedStorage(storage, async (step) => {
      if (step.number === number && step.when === when) await openRepository(storage).remove(manifest);
    });
    await failureOf(rewrapIn(deleting, [bob]));
    expect([number, when, await keysIn(storage)]).toEqual([number, when, []]);
  }
});

test('tidied after its run at any step, by what was known before it or then, it loses nothing', async () => {
  for (const { number, when } of await everyStep()) {
    storage = memoryStorage();
    const manifest = await putBackup(storage, [alice]);
    const tidying = steppedStorage(storage, async (step) => {
      if (step.number !== number || step.when !== when) return;
      const repository = openRepository(storage);
      await repository.tidy(place, manifest);
      await repository.tidy(place, await repository.ofRun(place));
    });
    await rewrapIn(tidying, [bob]);
    await expect(readAllOf(storage, bob)).resolves.toBe(true);
    await expectWhole();
  }
});

test('of two at once one wins, at whatever step the other comes; the loser leaves nothing', async () => {
  for (const { number, when } of await everyStep()) {
    storage = memoryStorage();
    await putBackup(storage, [alice]);
    const outcomes: unknown[] = [];
    const racing = steppedStorage(storage, async (step) => {
      if (step.number === number && step.when === when)
        outcomes.push(await failureOf(rewrapIn(storage, [carol])));
    });
    outcomes.push(await failureOf(rewrapIn(racing, [bob])));
    await expectWhole();
    for (const outcome of outcomes.filter((each) => each !== undefined))
      expect([number, when, outcome]).toEqual([
        number,
        when,
        expect.objectContaining({ code: 'name_taken' }),
      ]);
    const { manifest } = await rewrapIn(storage, [alice]);
    expect(await objectsIn(storage)).toEqual(objectsOf(manifest));
  }
});

test('old files that cannot be removed are told, and the new ones count', async () => {
  const locked: Storage = {
    ...storage,
    remove: () => Promise.reject(new StorageError('storage_read_only', 'It is locked until 2030.')),
  };
  const { warnings } = await rewrapIn(locked, [bob]);
  expect(warnings.join()).toContain('still there, for their old recipients: It is locked until 2030.');
  await expect(readAllOf(storage, bob)).resolves.toBe(true);
  await rewrapIn(storage, [carol]);
  expect((await keysIn(storage)).filter((key) => !key.includes('.manifest.'))).toHaveLength(3);
});

describe('a manifest of a revision that is damaged', () => {
  const damage = async (revision: string): Promise<void> => {
    await storage.remove(`app/${NAME}.manifest${revision}.json`);
    await storage.createIfAbsent(`app/${NAME}.manifest${revision}.json`, Buffer.from('{'));
  };

  test('the first: the second is in force all the same', async () => {
    await rewrapIn(storage, [bob]);
    await damage('');
    await expect(readAllOf(storage, bob)).resolves.toBe(true);
    await storage.remove(`app/${NAME}.manifest.json`);
    await expect(readAllOf(storage, bob)).resolves.toBe(true);
  });

  test('the second, and the data of the first is gone: the second is what is named', async () => {
    await rewrapIn(storage, [bob]);
    await damage('.2');
    const told = { code: 'manifest_invalid', message: expect.stringContaining('.manifest.2.json') };
    await expect(openRepository(storage).find(NAME)).rejects.toMatchObject(told);
    expect(await openRepository(storage).list()).toMatchObject([
      { problem: 'manifest_invalid', key: `app/${NAME}.manifest.2.json` },
    ]);
  });
});

test('a copy follows: as new, and where it was before', async () => {
  const [before, anew] = [memoryStorage(), memoryStorage()];
  const repository = openRepository(storage, ringOf(alice, bob));
  const context = { repository, signal };
  await copyBackup(context, await repository.find(NAME), openRepository(before));
  const { manifest } = await rewrapIn(storage, [bob]);
  await expect(readAllOf(before, alice)).resolves.toBe(true);
  await readWith(openRepository(before, ringOf(alice)), manifest);
  for (const copy of [before, anew]) {
    expect(await missingIn(repository, openRepository(copy))).toEqual([manifest]);
    await copyBackup(context, manifest, openRepository(copy));
    expect(await missingIn(repository, openRepository(copy))).toEqual([]);
    await expect(readAllOf(copy, bob)).resolves.toBe(true);
    await expect(readAllOf(copy, alice)).rejects.toMatchObject({ code: 'key_wrong' });
    expect((await keysIn(copy)).filter((key) => !key.includes('.manifest.'))).toHaveLength(3);
  }
});
