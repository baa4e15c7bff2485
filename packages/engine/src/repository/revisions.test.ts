import { HoldfastError, type Manifest } from '@holdfast/contracts';
import { expect, test } from 'vitest';
import { chooseInForce, groupManifests, manifestKeyOf, revisionOf } from './revisions.ts';

test('keys of manifests, by backup, the highest first; nothing else', () => {
  const keys = [
    'app/a.manifest.10.json',
    'app/a.manifest.2.json',
    'app/a.manifest.json',
    'app/a.dump.zst.age',
    'app/b.manifest.3.json',
    'other/a.manifest.json',
    'repository.key.age',
  ];
  expect([...groupManifests(keys)]).toEqual([
    ['app/a.manifest.json', ['app/a.manifest.10.json', 'app/a.manifest.2.json', 'app/a.manifest.json']],
    ['app/b.manifest.json', ['app/b.manifest.3.json']],
    ['other/a.manifest.json', ['other/a.manifest.json']],
  ]);
});

test.each([1, 2, 17])('revision %i has a key', (revision) => {
  expect(revisionOf(manifestKeyOf({ database: 'app', name: 'a' }, revision))).toBe(revision);
});

/** What lies under the key: a manifest that names this data, or nothing readable. */
type Lies = Readonly<Record<string, string | undefined>>;
const choose = (lies: Lies, there: readonly string[]) =>
  chooseInForce(
    Object.keys(lies),
    async (key) => {
      const data = lies[key];
      if (data === undefined) throw new HoldfastError('manifest_invalid', `${key} is not readable.`);
      return { data: { key: data } } as Manifest; // what the choice looks at
    },
    (key) => there.includes(key),
  );

test.each<readonly [string, Lies, readonly string[], string]>([
  ['the highest', { m2: 'new', m1: 'old' }, ['new', 'old'], 'm2'],
  ['the highest, whose data alone is there', { m2: 'new', m1: 'old' }, ['new'], 'm2'],
  ['the one before while the new data is not there', { m2: 'new', m1: 'old' }, ['old'], 'm1'],
  ['the one before a damaged one', { m2: undefined, m1: 'old' }, ['old'], 'm1'],
  ['the only one, wherever its data is', { m1: 'old' }, [], 'm1'],
  ['the highest where no data is there', { m2: 'new', m1: 'old' }, [], 'm2'],
])('in force: %s', async (_name, lies, there, expected) => {
  expect((await choose(lies, there))?.key).toBe(expected);
});

test('a damaged one is what is told when no other has its data', async () => {
  await expect(choose({ m2: undefined, m1: 'old' }, [])).rejects.toThrow('m2 is not readable');
  await expect(choose({ m1: undefined }, [])).rejects.toThrow('m1 is not readable');
});

test('no manifest, nothing in force', async () => {
  expect(await choose({}, [])).toBeUndefined();
});
