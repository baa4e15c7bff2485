import { localStorage, memoryStorage, type Storage } from '@holdfast/storage';
import { utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { handleCopied } from '../src/catalogue/note-copy.ts';
import { handleDeleteRequested } from '../src/removal/handle.ts';
import { reconcile } from '../src/reconcile/reconcile.ts';
import { sweepOrphans } from '../src/reconcile/sweep-orphans.ts';
import { placesOf } from '../src/places.ts';
import { putBackup, putRevision } from './made-manifest.ts';
import { asked, delivered, keysIn, startSurroundings, type Surroundings } from './surroundings.ts';

let around: Surroundings;
beforeAll(async () => {
  around = await startSurroundings();
});
afterAll(() => around.stop());
const signal = new AbortController().signal;

/** Each test looks at a repository of its own: what another one had would be missing in it. */
async function opened(storage: Storage, copies: readonly { id: string; storage: Storage }[] = []) {
  const deps = await around.open({ storage, copies });
  for (const { key } of await deps.catalogue.entries()) await deps.catalogue.remove(key);
  return deps;
}

test('what vanished is told once, with what it breaks; what was removed through us is not', async () => {
  const storage = memoryStorage();
  const full = await putBackup(storage, { database: 'vanish', hour: 1 });
  const child = await putBackup(storage, { database: 'vanish', hour: 2, on: [full] });
  const other = await putBackup(storage, { database: 'vanish', hour: 3 });
  const deps = await opened(storage);
  await reconcile(deps, signal);
  expect(await around.told('backup.missing', 'vanish')).toEqual([]);
  const removal = asked('backup.delete_requested', 'vanish', { filename: other.backup.filename, by: 'anna' });
  await handleDeleteRequested(deps, delivered(removal));
  await storage.remove(`vanish/${full.backup.name}.manifest.json`);
  await reconcile(deps, signal);
  await reconcile(deps, signal);
  expect(await around.told('backup.missing', 'vanish')).toEqual([
    { name: full.backup.name, filename: full.backup.filename, breaks: [child.backup.name] },
  ]);
  // It came back, and vanished again.
  await putBackup(storage, { database: 'vanish', hour: 1 });
  await reconcile(deps, signal);
  await storage.remove(full.data.key);
  await reconcile(deps, signal);
  expect(await around.told('backup.missing', 'vanish')).toHaveLength(2);
});

test('a backup with other recipients is told once, with its file as it is now; its copy is not', async () => {
  const [storage, offsite] = [memoryStorage(), memoryStorage()];
  const made = await putBackup(storage, { database: 'rewrapped', hour: 1 });
  await putBackup(offsite, { database: 'rewrapped', hour: 1 });
  const deps = await opened(storage, [{ id: 'offsite', storage: offsite }]);
  await reconcile(deps, signal);
  expect(await around.told('backup.rewrapped', 'rewrapped')).toEqual([]);
  const next = {
    filename: `${made.backup.name}.r2-0badcafe.dump.zst`,
    sizeBytes: 120,
    sha256: 'f'.repeat(64),
  };
  for (const place of [storage, offsite]) await putRevision(place, made, next);
  await reconcile(deps, signal);
  await reconcile(deps, signal);
  expect(await around.told('backup.rewrapped', 'rewrapped')).toEqual([{ name: made.backup.name, ...next }]);
  expect(await around.told('backup.missing', 'rewrapped')).toEqual([]);
});

test('a copy is remembered as soon as it was made; of a backup that is gone meanwhile it is not', async () => {
  const [storage, offsite] = [memoryStorage(), memoryStorage()];
  const made = await putBackup(storage, { database: 'copied', hour: 1 });
  const deps = await opened(storage, [{ id: 'offsite', storage: offsite }]);
  const { filename, run, name } = made.backup;
  const data = { backup: run, filename, destination: 'offsite', sizeBytes: 1, durationMs: 1 };
  await handleCopied(deps, delivered(asked('backup.copied', 'copied', data)));
  const names = async () => (await deps.catalogue.entries()).map(({ key }) => key);
  expect(await names()).toEqual([`offsite.${name}`]);
  const gone = { ...data, filename: filename.replace(name, name.replace(/.$/, 'f')) };
  await handleCopied(deps, delivered(asked('backup.copied', 'copied', gone)));
  expect(await names()).toEqual([`offsite.${name}`]);
});

test('a copy that vanished is told with its place', async () => {
  const [storage, offsite] = [memoryStorage(), memoryStorage()];
  const made = await putBackup(storage, { database: 'lostcopy', hour: 1 });
  await putBackup(offsite, { database: 'lostcopy', hour: 1 });
  const deps = await opened(storage, [{ id: 'offsite', storage: offsite }]);
  await reconcile(deps, signal);
  await offsite.remove(made.data.key);
  await reconcile(deps, signal);
  expect(await around.told('backup.missing', 'lostcopy')).toMatchObject([
    { name: made.backup.name, destination: 'offsite' },
  ]);
});

test('files that nobody knows are told once each, and when they vanish', async () => {
  const storage = memoryStorage();
  await storage.createIfAbsent('old/backup 2020-01-01 ü.sql.gz', Buffer.from('x'));
  const deps = await opened(storage);
  await reconcile(deps, signal);
  await reconcile(deps, signal);
  expect(await around.told('backup.discovered', 'old')).toEqual([
    { filename: 'backup 2020-01-01 ü.sql.gz', key: 'old/backup 2020-01-01 ü.sql.gz', sizeBytes: 1 },
  ]);
  await storage.remove('old/backup 2020-01-01 ü.sql.gz');
  await reconcile(deps, signal);
  expect(await around.told('backup.missing', 'old')).toHaveLength(1);
});

test('orphans are removed after their grace alone, and what is left of a lost backup never', async () => {
  const dir = await around.newFolder();
  const storage = localStorage({ dir });
  const whole = await putBackup(storage, { database: 'orphans', hour: 1 });
  const lost = await putBackup(storage, { database: 'orphans', hour: 2 });
  const deps = await opened(storage);
  await reconcile(deps, signal);
  await storage.remove(`orphans/${lost.backup.name}.manifest.json`);
  const stem = 'orphans_20260101T090000Z_full';
  const files = {
    old: `${stem}_0000aaaa.dump.zst`,
    young: `${stem}_0000bbbb.dump.zst`,
    written: `${stem}_0000cccc.dump.zst`,
    unfinished: `${stem}_0000dddd.dump.zst.0123456789ab.part`,
    attempt: `${whole.backup.name}.2.dump.zst`,
  };
  const [now, before] = [deps.now(), new Date(deps.now().getTime() - 3 * 86_400_000)];
  for (const [kind, file] of Object.entries(files)) {
    await writeFile(join(dir, 'orphans', file), 'xx');
    const at = kind === 'young' ? now : before;
    await utimes(join(dir, 'orphans', file), at, at);
  }
  await utimes(join(dir, lost.data.key), before, before);
  const id = '0198c0de-0000-7000-8000-00000000cccc';
  await deps.runs.request({ id, kind: 'backup', database: 'orphans' });
  const swept = await sweepOrphans(deps, placesOf(deps), signal);
  expect(swept).toEqual({ found: 6, removed: 3, freedBytes: 6 });
  expect(await keysIn(storage)).toEqual(
    [
      whole.data.key,
      `orphans/${whole.backup.name}.manifest.json`,
      lost.data.key,
      `orphans/${files.young}`,
      `orphans/${files.written}`,
    ].toSorted(),
  );
});
