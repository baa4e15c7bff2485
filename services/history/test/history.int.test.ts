import { connectDatabase, findRun, listBackups, migrate } from '@holdfast/database';
import type { RunningService } from '@holdfast/service-kit';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { catchUp } from '../src/project/catch-up.ts';
import { startHistory } from '../src/index.ts';
import { memoryStream } from './memory-stream.ts';
import { allRows, dependencies, manifestOf } from './read-model.ts';
import { eventually, freePort, startSurroundings, type Surroundings } from './running-history.ts';
import { aBackup, aDay, backupStory, runId } from './story.ts';

let around: Surroundings;
beforeEach(async () => {
  around = await startSurroundings();
});
afterEach(() => around.stop());

/** Stopped before its surroundings are. */
const running: RunningService[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((service) => service.stop()));
});
async function start(overrides: Record<string, string> = {}): Promise<RunningService> {
  const service = await startHistory(around.env(overrides));
  running.push(service);
  return service;
}

const reaches = (position: number) => eventually(async () => (await around.position()) >= position);

/** What the rows must be, worked out without a bus. */
async function expectedRows(events: typeof aDay) {
  await around.postgres.createDatabase('expected');
  const db = connectDatabase(around.postgres.url('expected'));
  onTestFinished(() => db.destroy());
  await migrate(db);
  const stream = memoryStream(...events);
  await catchUp(dependencies(db, stream), stream.last, { signal: new AbortController().signal });
  return allRows(db);
}

async function readiness(port: number): Promise<number> {
  return (await fetch(`http://127.0.0.1:${port}/readyz`)).status;
}

test('three replicas, one restarted on the way: each event once, in order', async () => {
  const replicas = await Promise.all([start(), start(), start()]);
  const half = Math.floor(aDay.length / 2);
  await around.publish(...aDay.slice(0, half));
  await replicas[0]?.stop();
  const last = await around.publish(...aDay.slice(half));
  await start();
  await reaches(last);
  expect(await allRows(around.db)).toEqual(await expectedRows(aDay));
});

test('events from before the first start are projected, in batches', async () => {
  const stories = Array.from({ length: 120 }, (_, index) => backupStory(index + 1)).flat();
  const last = await around.publish(...stories);
  await start();
  await reaches(last);
  expect(await listBackups(around.db)).toHaveLength(120);
});

test('a new event is in the rows within a moment', async () => {
  await start();
  await reaches(await around.publish(...backupStory(1)));
  const began = performance.now();
  await reaches(await around.publish(...backupStory(2).slice(0, 1)));
  expect(performance.now() - began).toBeLessThan(2_000);
});

test('killed again and again while projecting: nothing missing, nothing twice', async () => {
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
  for (let done = 0; done < 30; done += 10) {
    const child = spawn(process.execPath, [main], { env: around.env(), stdio: 'ignore' });
    onTestFinished(() => void child.kill('SIGKILL'));
    await reaches(await around.publish(...aDay.slice(done, done + 2)));
    // In the midst of what comes now, wherever that is.
    const rest = around.publish(...aDay.slice(done + 2, done + 10));
    await reaches(done + 5);
    child.kill('SIGKILL');
    await Promise.all([once(child, 'exit'), rest]);
  }
  const last = await around.publish(...aDay.slice(30));
  await start();
  await reaches(last);
  expect(await allRows(around.db)).toEqual(await expectedRows(aDay));
});

test('PostgreSQL stopped for a while: not ready, then caught up, nothing missing', async () => {
  const port = await freePort();
  await start({ HOLDFAST_METRICS_PORT: String(port) });
  await reaches(await around.publish(...aDay.slice(0, 10)));
  expect(await readiness(port)).toBe(200);
  await around.postgres.pause();
  const last = await around.publish(...aDay.slice(10));
  await eventually(async () => (await readiness(port)) === 503);
  expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
  await around.postgres.resume();
  await reaches(last);
  await eventually(async () => (await readiness(port)) === 200);
  expect(await allRows(around.db)).toEqual(await expectedRows(aDay));
});

test('started while PostgreSQL is down: stays up, and projects when that comes', async () => {
  const port = await freePort();
  await around.postgres.pause();
  const last = await around.publish(...backupStory(1));
  await start({ HOLDFAST_METRICS_PORT: String(port) });
  expect(await readiness(port)).toBe(503);
  await around.postgres.resume();
  await reaches(last);
  expect(await findRun(around.db, runId(1))).toMatchObject({ state: 'completed' });
});

test('NATS restarted: goes on by itself', async () => {
  await start();
  await reaches(await around.publish(...backupStory(1)));
  await around.nats.restart();
  await reaches(await around.publish(...backupStory(2)));
  expect(await findRun(around.db, runId(2))).toMatchObject({ state: 'completed' });
});

test('a database put back to its beginning while running heals itself', async () => {
  await start();
  const last = await around.publish(...aDay);
  await reaches(last);
  await around.postgres.psql('drop schema holdfast cascade', 'history');
  await eventually(async () => (await around.position().catch(() => 0)) >= last);
  expect(await allRows(around.db)).toEqual(await expectedRows(aDay));
});

test('a rebuild is asked for over the bus, while events arrive', async () => {
  await Promise.all([start(), start()]);
  await reaches(await around.publish(...aDay));
  const dir = join(around.backupDir, 'app');
  await mkdir(dir);
  const old = aBackup(99);
  await writeFile(join(dir, old.filename), 'data');
  await writeFile(join(dir, `${old.name}.manifest.json`), JSON.stringify(manifestOf(old)));
  await around.postgres.psql('delete from holdfast.runs', 'history');
  const more = backupStory(70);
  const [counts, last] = await Promise.all([
    around.request('control.history.rebuild', { by: 'ann' }),
    around.publish(...more),
  ]);
  expect(counts).toMatchObject({ backupsFromManifests: 1, unusableManifests: 0, validations: 1 });
  await reaches(last);
  expect((await listBackups(around.db)).map(({ name }) => name)).toContain(old.name);
  await around.postgres.psql(`delete from holdfast.backups where name = '${old.name}'`, 'history');
  expect(await allRows(around.db)).toEqual(await expectedRows([...aDay, ...more]));
});

test('a rebuild while PostgreSQL is down is refused as such', async () => {
  await start();
  await around.postgres.pause();
  await expect(around.request('control.history.rebuild', { by: 'ann' })).rejects.toMatchObject({
    code: 'history_unavailable',
  });
  await around.postgres.resume();
});

test('metrics: events by type, position, lag, and the age of backups', async () => {
  const port = await freePort();
  await start({ HOLDFAST_METRICS_PORT: String(port) });
  const last = await around.publish(...aDay);
  await reaches(last);
  const metrics = async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  await eventually(async () =>
    (await metrics()).includes(`holdfast_history_position{service="history"} ${last}`),
  );
  const text = await metrics();
  expect(text).toContain(
    'holdfast_history_events_total{type="backup.completed",outcome="projected",service="history"} 2',
  );
  expect(text).toContain('holdfast_history_lag_events{service="history"} 0');
  expect(text).toMatch(/holdfast_backup_last_success_age_seconds\{database="app",service="history"\} [\d.]+/);
  expect(text).toMatch(/holdfast_backup_last_proven_age_seconds\{database="app",service="history"\} [\d.]+/);
  expect(text).toContain('holdfast_backups{database="app",service="history"} 1');
});
