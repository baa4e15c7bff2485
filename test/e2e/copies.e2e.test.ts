import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Envelope } from '@holdfast/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, startFleet, type Fleet } from '../fleet/fleet.ts';

let fleet: Fleet;
let dir: string;
let first: string;
let offsite: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hf-copies-'));
  first = join(dir, 'first');
  offsite = join(dir, 'offsite');
  await Promise.all([first, offsite].map((each) => mkdir(each)));
  const destinations = `file://${first} offsite=file://${offsite}`;
  fleet = await startFleet({
    workers: 2,
    validators: 1,
    all: true,
    env: { BACKUP_DESTINATIONS: destinations },
  });
  await fleet.postgres.psql('create table t as select generate_series(1, 1000) as id', 'app');
});
afterAll(async () => {
  await fleet.stop();
  await rm(dir, { recursive: true, force: true });
});

async function back(type: 'full' | 'incremental' = 'full') {
  const { id } = await fleet.client.createBackup({ database: 'app', type });
  const { backup } = await fleet.client.watchRun(id);
  if (!backup) throw new Error('the backup was not made');
  return backup;
}

/** The run of a copy, by what its request says; the outcome is told after its record. */
async function copyOf(backup: { readonly run: string }, wanted: string): Promise<readonly Envelope[]> {
  const { runs } = await fleet.client.listRuns({ kind: 'copy' });
  const told = await Promise.all(runs.map(({ id }) => fleet.eventsOf(id)));
  return told
    .flat()
    .filter(({ type, data }) => type === wanted && (data as { backup?: string }).backup === backup.run); // what is not of that shape is of no copy
}
const copied = (backup: { readonly run: string }): Promise<Envelope> =>
  eventually(async () => (await copyOf(backup, 'backup.copied'))[0], `the copy of ${backup.run}`);

const filesOf = async (place: string, run: string): Promise<readonly string[]> =>
  (await readdir(place, { recursive: true })).filter((path) => path.includes(run.slice(-8))).sort();

test('every backup is copied once, whoever does it; history and the list tell of it', async () => {
  const backup = await back();
  const { data } = await copied(backup);
  expect(data).toMatchObject({ backup: backup.run, filename: backup.filename, destination: 'offsite' });
  expect(await filesOf(offsite, backup.run)).toEqual(await filesOf(first, backup.run));
  const ids = (await copyOf(backup, 'backup.copied')).map(({ id }) => id);
  expect(new Set(ids).size).toBe(1);
  const run = await eventually(async () => {
    const { runs } = await fleet.client.listRuns({ kind: 'copy', state: 'completed' });
    return runs.find(({ copy }) => copy?.backup === backup.run);
  }, 'the run in the list of runs');
  expect(run).toMatchObject({ correlation: backup.run, database: 'app' });
  await eventually(async () => {
    const { backups } = await fleet.client.listBackups({ database: 'app' });
    return backups.find(({ name, copies }) => name === backup.name && copies?.includes('offsite'));
  }, 'the copy in the list of backups');
});

test('without its file in the first place, a backup is validated and restored from the copy', async () => {
  const backup = await back();
  await copied(backup);
  await rm(join(first, 'app', backup.filename));
  const { filename } = backup;
  const { id: validationRun } = await fleet.client.createValidation({ filename, level: 'checksum' });
  const { validation } = await fleet.client.watchRun(validationRun);
  expect(validation).toMatchObject({ verdict: 'valid', findings: [{}, { check: 'place' }] });
  await fleet.postgres.psql('drop table t', 'app');
  const { id } = await fleet.client.createRestore({ filename });
  const { restore } = await fleet.client.watchRun(id);
  expect(restore?.warnings).toEqual([expect.stringContaining('offsite')]);
  expect(await fleet.postgres.value('select count(*) from t', 'app')).toBe('1000');
});

test('with the first place gone, a backup is restored from the copies alone', async () => {
  const backup = await back();
  await copied(backup);
  await rename(first, `${first}-gone`);
  const request = { filename: backup.filename, mode: 'new', newDatabaseName: 'survivor' } as const;
  const { id } = await fleet.client.createRestore(request);
  const run = await fleet.client.watchRun(id);
  await rename(`${first}-gone`, first);
  expect(run).toMatchObject({ state: 'completed' });
  expect(await fleet.postgres.value('select count(*) from t', 'survivor')).toBe('1000');
});

test('a place that is away makes the copy fail, not the backup; the next start of a worker makes up for it', async () => {
  await rename(offsite, `${offsite}-away`);
  const backup = await back();
  const failed = await eventually(async () => {
    const { runs } = await fleet.client.listRuns({ kind: 'copy', state: 'failed' });
    return runs.find(({ correlation }) => correlation === backup.run);
  }, 'the copy to be given up');
  expect(failed.error).toMatchObject({ code: 'storage_missing' });
  await rename(`${offsite}-away`, offsite);
  await fleet.start('backup-worker');
  await copied(backup);
});

test('a deleted backup leaves the copies too', async () => {
  const backup = await back();
  await copied(backup);
  await fleet.client.deleteBackup({ filename: backup.filename });
  const gone = async () => ((await filesOf(offsite, backup.run)).length === 0 ? true : undefined);
  expect(await eventually(gone, 'the copy to be removed')).toBe(true);
});
