import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RetryLater } from '@holdfast/bus';
import { retentionPlanSchema } from '@holdfast/contracts';
import { localStorage, memoryStorage, type Storage } from '@holdfast/storage';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { handleBackupCompleted, handleCleanupRequested, handleScheduleFired } from '../src/cleanup/handle.ts';
import { answerPlans } from '../src/plan/answer.ts';
import { handleDeleteRequested } from '../src/removal/handle.ts';
import { manifestOf, putBackup } from './made-manifest.ts';
import { asked, delivered, keysIn, namesIn, startSurroundings, type Surroundings } from './surroundings.ts';

let around: Surroundings;
beforeAll(async () => {
  around = await startSurroundings();
});
afterAll(() => around.stop());

const DAY = 24;
const request = (database: string, force = false) =>
  asked('retention.cleanup.requested', database, { force, by: 'anna' });

/** Six fulls, a day apart from day 90 on: now is day 100. */
async function daily(storage: Storage, database: string) {
  const made = [];
  for (const day of [90, 92, 94, 96, 98, 99])
    made.push(await putBackup(storage, { database, hour: day * DAY }));
  return made;
}

test('removes what the policy does not keep, tells of each, and says so at the end', async () => {
  const storage = localStorage({ dir: await around.newFolder() });
  const made = await daily(storage, 'limits');
  await around.storePolicy('limits', { maxAgeMs: 5 * 86_400_000 });
  const deps = await around.open({ storage });
  await handleCleanupRequested(deps, delivered(request('limits')));
  expect(await namesIn(storage)).toEqual(made.slice(3).map(({ backup }) => backup.name));
  expect(await keysIn(storage)).toHaveLength(6);
  const [planned] = await around.told('retention.cleanup.planned', 'limits');
  expect(planned).toMatchObject({ keepCount: 3, removeCount: 3, freesBytes: 300 });
  const deleted = await around.told('backup.deleted', 'limits');
  expect(deleted.map(({ name }) => name)).toEqual([2, 1, 0].map((at) => made[at]?.backup.name));
  expect(await around.told('retention.cleanup.completed', 'limits')).toMatchObject([
    { removed: [{}, {}, {}], freedBytes: 300, kept: 3, failures: [], orphans: { found: 0, removed: 0 } },
  ]);
});

test('a chain across the edge stays whole, and a proven and a pinned backup stay', async () => {
  const storage = memoryStorage();
  const full = await putBackup(storage, { database: 'chain', hour: 50 * DAY });
  const first = await putBackup(storage, { database: 'chain', hour: 51 * DAY, on: [full] });
  const edge = await putBackup(storage, { database: 'chain', hour: 97 * DAY, on: [first, full] });
  const side = await putBackup(storage, { database: 'chain', hour: 52 * DAY, on: [full] });
  const proven = await putBackup(storage, { database: 'chain', hour: 20 * DAY });
  const pinned = await putBackup(storage, { database: 'chain', hour: 10 * DAY });
  await around.prove('chain', proven.backup.name, proven.backup.filename);
  await around.pin(pinned.backup.name);
  await around.storePolicy('chain', { keepLast: 1 });
  await handleCleanupRequested(await around.open({ storage }), delivered(request('chain')));
  const left = [pinned, proven, full, first, edge].map(({ backup }) => backup.name);
  expect((await namesIn(storage)).toSorted()).toEqual(left.toSorted());
  expect(await around.told('backup.deleted', 'chain')).toMatchObject([{ name: side.backup.name }]);
});

test('what a restore reads stays, with what it builds on', async () => {
  const storage = memoryStorage();
  const full = await putBackup(storage, { database: 'reading', hour: 10 * DAY });
  const child = await putBackup(storage, { database: 'reading', hour: 11 * DAY, on: [full] });
  await putBackup(storage, { database: 'reading', hour: 12 * DAY });
  await putBackup(storage, { database: 'reading', hour: 99 * DAY });
  await around.storePolicy('reading', { keepLast: 1 });
  const deps = await around.open({ storage });
  const run = '0198c0de-0000-7000-8000-0000000000aa';
  const entry = await deps.runs.request({ id: run, kind: 'restore', database: 'reading' });
  await deps.runs.change(entry, { state: 'running', filename: child.backup.filename });
  await handleCleanupRequested(deps, delivered(request('reading')));
  expect(await namesIn(storage)).toHaveLength(3);
  const removal = asked('backup.delete_requested', 'reading', {
    filename: child.backup.filename,
    by: 'anna',
  });
  await expect(
    handleDeleteRequested(
      await around.open({ storage, settings: { BACKUP_MAX_RETRIES: '0' } }),
      delivered(removal),
    ),
  ).resolves.toBeUndefined();
  expect(await around.told('backup.delete_failed', 'reading')).toMatchObject([
    { error: { code: 'backup_in_use' } },
  ]);
  const now = await deps.runs.entry(run);
  if (now) await deps.runs.change(now, { state: 'cancelled' });
});

test('a policy that keeps protected backups alone is refused, unless forced', async () => {
  const storage = memoryStorage();
  for (const day of [1, 2, 3]) await putBackup(storage, { database: 'strict', hour: day * DAY });
  await around.storePolicy('strict', { maxAgeMs: 30 * 86_400_000 });
  const deps = await around.open({ storage });
  await handleCleanupRequested(deps, delivered(request('strict')));
  expect(await namesIn(storage)).toHaveLength(3);
  expect(await around.told('retention.cleanup.failed', 'strict')).toMatchObject([
    { error: { code: 'policy_too_strict' } },
  ]);
  await handleCleanupRequested(deps, delivered(request('strict', true)));
  expect(await namesIn(storage)).toHaveLength(1);
});

test('after a backup it is silent when nothing goes, and a run of its own when something does', async () => {
  const storage = memoryStorage();
  await putBackup(storage, { database: 'after', hour: 98 * DAY });
  const { backup } = await putBackup(storage, { database: 'after', hour: 99 * DAY });
  const deps = await around.open({ storage });
  const completed = asked('backup.completed', 'after', { backup, rawThroughputBytesPerSecond: 1 } as never, {
    run: backup.run,
    time: deps.now(),
  });
  await handleBackupCompleted(deps, delivered(completed));
  expect(await around.eventsOf('retention.cleanup.completed', 'after')).toEqual([]);
  await around.storePolicy('after', { keepLast: 1 });
  await handleBackupCompleted(deps, delivered(completed));
  await handleBackupCompleted(deps, delivered(completed));
  expect(await namesIn(storage)).toEqual([backup.name]);
  const outcomes = await around.eventsOf('retention.cleanup.completed', 'after');
  expect(new Set(outcomes.map(({ id }) => id)).size).toBe(1);
  expect(await around.told('retention.cleanup.planned', 'after')).toHaveLength(1);
});

test('a schedule cleans up under the id of its occurrence', async () => {
  const storage = memoryStorage();
  await daily(storage, 'fired');
  await around.storePolicy('fired', { keepLast: 2 });
  const deps = await around.open({ storage });
  const fields = { schedule: 'nightly', dueAt: '2026-04-11T00:00:00Z', lateMs: 0 };
  await handleScheduleFired(
    deps,
    delivered(asked('schedule.fired', 'fired', { ...fields, action: 'backup' })),
  );
  expect(await namesIn(storage)).toHaveLength(6);
  const fired = asked('schedule.fired', 'fired', { ...fields, action: 'cleanup' });
  await handleScheduleFired(deps, delivered(fired));
  expect(await namesIn(storage)).toHaveLength(2);
  expect((await around.eventsOf('retention.cleanup.completed', 'fired'))[0]?.subject).toBe(fired.subject);
  expect((await around.told('backup.deleted', 'fired'))[0]?.by).toBe('schedule nightly');
});

test('between plan and removal lies the grace, and what is pinned in it stays', async () => {
  const storage = memoryStorage();
  const made = await daily(storage, 'grace');
  await around.storePolicy('grace', { keepLast: 3 });
  const settings = { BACKUP_RETENTION_GRACE: '2d' };
  const event = request('grace');
  const early = await around.open({ storage, settings });
  await expect(handleCleanupRequested(early, delivered(event))).rejects.toBeInstanceOf(RetryLater);
  expect(await around.told('retention.cleanup.planned', 'grace')).toMatchObject([{ removeCount: 3 }]);
  await expect(handleCleanupRequested(early, delivered(event))).rejects.toMatchObject({
    delayMs: 86_400_000,
  });
  expect(await namesIn(storage)).toHaveLength(6);
  await around.pin(made[0]?.backup.name ?? '');
  // Made in the grace: it pushes nothing out that was not announced.
  await putBackup(storage, { database: 'grace', hour: 101 * DAY });
  const late = await around.open({ storage, settings, hour: 102 * DAY });
  await handleCleanupRequested(late, delivered(event));
  expect(await around.told('backup.deleted', 'grace')).toMatchObject([
    { name: made[2]?.backup.name },
    { name: made[1]?.backup.name },
  ]);
});

test('what cannot be removed stays whole, with what it builds on, and is tried again', async () => {
  const inner = memoryStorage();
  const full = await putBackup(inner, { database: 'faulty', hour: 10 * DAY });
  const child = await putBackup(inner, { database: 'faulty', hour: 11 * DAY, on: [full] });
  const other = await putBackup(inner, { database: 'faulty', hour: 12 * DAY });
  await putBackup(inner, { database: 'faulty', hour: 99 * DAY });
  await around.storePolicy('faulty', { keepLast: 1 });
  const storage: Storage = {
    ...inner,
    remove: async (key) => {
      if (!key.includes(child.backup.name)) return inner.remove(key);
      throw Object.assign(new Error('injected'), { code: 'storage_failed' });
    },
  };
  await handleCleanupRequested(await around.open({ storage }), delivered(request('faulty')));
  expect(await namesIn(inner)).toContain(child.backup.name);
  expect(await namesIn(inner)).toContain(full.backup.name);
  expect(await around.told('retention.cleanup.completed', 'faulty')).toMatchObject([
    {
      removed: [{ name: other.backup.name }],
      failures: [{ name: child.backup.name, error: { code: 'storage_failed' } }],
    },
  ]);
  await handleCleanupRequested(await around.open({ storage: inner }), delivered(request('faulty')));
  expect(await namesIn(inner)).toHaveLength(1);
});

test('a copy goes when the primary place has the backup no more; a place that is away is told', async () => {
  const [storage, offsite] = [memoryStorage(), memoryStorage()];
  await daily(storage, 'copies');
  await daily(offsite, 'copies');
  await around.storePolicy('copies', { keepLast: 2 });
  const away: Storage = {
    ...memoryStorage(),
    list: () => {
      throw Object.assign(new Error('injected'), { code: 'storage_missing' });
    },
  };
  const copies = [
    { id: 'away', storage: away },
    { id: 'offsite', storage: offsite },
  ];
  const deps = await around.open({ storage, copies });
  await handleCleanupRequested({ ...deps, onProblem: () => undefined }, delivered(request('copies')));
  expect(await namesIn(storage)).toHaveLength(2);
  expect(await namesIn(offsite)).toEqual(await namesIn(storage));
  expect(await around.told('backup.deleted', 'copies')).toHaveLength(4);
  expect(await around.told('retention.cleanup.completed', 'copies')).toMatchObject([
    { failures: [{ name: 'away', error: { code: 'storage_missing' } }] },
  ]);
  const planned = await around.told('retention.cleanup.planned', 'copies');
  expect(planned.map(({ destination }) => destination)).toEqual([undefined, 'offsite']);
});

test('a limit that cannot be met is a warning, once a day', async () => {
  const storage = memoryStorage();
  const pinned = await putBackup(storage, { database: 'unmet', hour: 10 * DAY });
  await putBackup(storage, { database: 'unmet', hour: 99 * DAY });
  await around.pin(pinned.backup.name);
  await around.storePolicy('unmet', { maxTotalBytes: 150 });
  const deps = await around.open({ storage });
  for (const _time of [1, 2]) await handleCleanupRequested(deps, delivered(request('unmet')));
  const warnings = await around.eventsOf('health.storage.warning', 'unmet');
  expect(new Set(warnings.map(({ id }) => id)).size).toBe(1);
  expect(warnings[0]?.data).toMatchObject({ destination: 'primary', severity: 'warning' });
});

test('policies of the file are in force at once, and a broken file removes nothing', async () => {
  const dir = await around.newFolder();
  const storage = memoryStorage();
  await daily(storage, 'infile');
  const path = join(dir, 'retention.yaml');
  const deps = await around.open({ storage, settings: { BACKUP_RETENTION_FILE: path } });
  await writeFile(path, 'policies: {infile: {keep-last: many}}');
  await handleCleanupRequested(deps, delivered(request('infile')));
  expect(await around.told('retention.cleanup.failed', 'infile')).toMatchObject([
    { error: { code: 'policy_invalid' } },
  ]);
  await writeFile(path, 'policies: {infile: {keep-last: 4}}');
  await handleCleanupRequested(deps, delivered(request('infile')));
  expect(await namesIn(storage)).toHaveLength(4);
  expect(await readFile(path, 'utf8')).toContain('infile');
});

test('a plan is answered over the bus, and nothing is done', async () => {
  const storage = memoryStorage();
  await daily(storage, 'asked');
  const deps = await around.open({ storage });
  const answering = await answerPlans(deps);
  const policy = { keepLast: 2, timezone: 'UTC', minimumRedundancy: 1 };
  const answer = await around.gateway.request(
    'control.retention.plan',
    { database: 'asked', policy },
    30_000,
  );
  const [plan] = (answer as { plans: unknown[] }).plans.map((each) => retentionPlanSchema.parse(each));
  expect(plan?.remove).toHaveLength(4);
  expect(await namesIn(storage)).toHaveLength(6);
  await expect(
    around.gateway.request('control.retention.plan', { database: 'No' }, 30_000),
  ).rejects.toMatchObject({ code: 'invalid_request' });
  await answering.stop();
});

test('deleting by hand: refused for the last good one, a needed one and a pinned one', async () => {
  const storage = memoryStorage();
  const full = await putBackup(storage, { database: 'byhand', hour: 1 });
  const deps = await around.open({ storage });
  const remove = (filename: string, force?: boolean) =>
    handleDeleteRequested(
      deps,
      delivered(
        asked('backup.delete_requested', 'byhand', {
          filename,
          by: 'anna',
          ...(force === undefined ? {} : { force }),
        }),
      ),
    );
  const codes = async () =>
    (await around.told('backup.delete_failed', 'byhand')).map(({ error }) => error.code);
  await remove(full.backup.filename);
  expect(await codes()).toEqual(['last_good_backup']);
  const child = await putBackup(storage, { database: 'byhand', hour: 2, on: [full] });
  await remove(full.backup.filename, true);
  expect(await codes()).toEqual(['last_good_backup', 'backup_needed']);
  await around.pin(child.backup.name);
  await remove(child.backup.filename, true);
  expect(await codes()).toEqual(['last_good_backup', 'backup_needed', 'backup_pinned']);
  const other = await putBackup(storage, { database: 'byhand', hour: 3 });
  await remove(other.backup.filename);
  expect(await around.told('backup.deleted', 'byhand')).toMatchObject([
    { name: other.backup.name, freedBytes: 100 },
  ]);
  expect(await deps.catalogue.entries()).not.toContainEqual(
    expect.objectContaining({ value: expect.objectContaining({ name: other.backup.name }) }),
  );
  expect(manifestOf({ database: 'byhand', hour: 1 }).backup.name).toBe(full.backup.name);
});
