import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { eventSchemas, runRecordSchema, type BackupRequest } from '@holdfast/contracts';
import { makeEvent, newRunId, openRuns } from '@holdfast/runs';
import type { Bus } from '@holdfast/bus';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startFleet, type Fleet } from '../fleet/fleet.ts';

const root = resolve(import.meta.dirname, '../..');

let fleet: Fleet;
let integrator: Bus;
let watcher: Bus;
let told: string;
beforeAll(async () => {
  fleet = await startFleet();
  told = join(fleet.dir, 'told');
  const hooks = join(fleet.dir, 'hooks.yaml');
  const command = `[/bin/sh, -c, 'echo "$HOLDFAST_EVENT $HOLDFAST_FILENAME $HOLDFAST_OUTCOME" >> ${told}']`;
  await writeFile(
    hooks,
    ['pre-backup', 'post-backup', 'pre-restore', 'post-restore']
      .map((event) => `${event}:\n  - command: ${command}\n`)
      .join(''),
  );
  await fleet.workers[0]?.stop();
  await fleet.start('backup-worker', {
    BACKUP_DESTINATIONS: `main=file://${fleet.backupsDir} offsite=file://${fleet.dir}`,
    BACKUP_HOOKS_FILE: hooks,
    BACKUP_MAX_RETRIES: '0',
    // Less than any backup: only what is forced is made.
    BACKUP_STORAGE_QUOTA: '10',
  });
  [integrator, watcher] = [
    await fleet.nats.connectAs('integrator'),
    await fleet.nats.connectAs('api-gateway'),
  ];
});
afterAll(async () => {
  await Promise.all([integrator, watcher].map((bus) => bus.drain()));
  await fleet.stop();
});

/** As another system asks; answers what came of it. */
async function ask(fields: Partial<BackupRequest>) {
  const run = newRunId();
  const runs = await openRuns(watcher);
  await runs.request({ id: run, kind: 'backup', database: 'app' });
  await integrator.publish(
    makeEvent('backup.requested', {
      run,
      source: '/my-company/deployments',
      database: 'app',
      data: { type: 'full', trigger: 'migration', description: '', by: 'deployments', ...fields },
    }),
  );
  return runs.watchUntilOver(run, AbortSignal.timeout(200_000));
}

test('a backup that would pass the quota is refused with what to do, and made when it is forced', async () => {
  const refused = await ask({});
  expect(eventSchemas['backup.failed'].parse(refused.outcome?.data).error).toMatchObject({
    code: 'storage_nearly_full',
    message: expect.stringMatching(/BACKUP_STORAGE_QUOTA.*force/) as string,
  });
  expect(await ask({ force: true, destinations: [] })).toMatchObject({ state: 'completed' });
});

test('destinations and schedule are carried into what is told; hooks hear of the file', async () => {
  const { outcome } = await ask({ force: true, schedule: 'nightly', destinations: ['main'] });
  const { backup, ...carried } = eventSchemas['backup.completed'].parse(outcome?.data);
  expect(carried).toMatchObject({ schedule: 'nightly', destinations: ['main'] });
  const lines = (await readFile(told, 'utf8')).trim().split('\n');
  expect(lines.slice(-2)).toEqual(['pre-backup  ', `post-backup ${backup.filename} completed`]);
});

test('a destination that nobody configured is refused, naming those that are', async () => {
  const { outcome } = await ask({ force: true, destinations: ['moon'] });
  expect(eventSchemas['backup.failed'].parse(outcome?.data).error).toMatchObject({
    code: 'invalid_request',
    message: expect.stringContaining('(known: main, offsite)') as string,
  });
});

test('a restore says in its record what it reads, by its file name', async () => {
  const [newest] = (await fleet.client.listBackups({})).backups;
  if (!newest || !('run' in newest)) throw new Error('no backup is listed');
  const { id } = await fleet.client.createRestore({
    filename: newest.run,
    mode: 'new',
    newDatabaseName: 'again',
    database: 'app',
  });
  await fleet.client.watchRun(id);
  const record = await (await watcher.bucket('runs', runRecordSchema)).get(id);
  expect(record?.value).toMatchObject({ state: 'completed', filename: newest.filename });
  const lines = (await readFile(told, 'utf8')).trim().split('\n');
  expect(lines.slice(-2)).toEqual([
    `pre-restore ${newest.filename} `,
    `post-restore ${newest.filename} completed`,
  ]);
});

test('the example for other systems asks, waits, and says what became of it', async () => {
  const asked = promisify(execFile)(
    process.execPath,
    [join(root, 'examples/01-request-a-backup.ts'), 'app'],
    {
      env: { NATS_URL: fleet.nats.url, NATS_SEED_FILE: fleet.nats.seedFileOf('integrator') },
    },
  );
  await expect(asked).rejects.toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/^backup\.failed .*BACKUP_STORAGE_QUOTA/) as string,
  });
});
