import { type Run } from '@holdfast/contracts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { driveGateway, type Driver } from '../../test/driver.ts';

let gateway: Driver;
beforeEach(async () => {
  gateway = await driveGateway({ databases: ['app', 'shop'] });
});
afterEach(() => gateway.app.close());

const backup = { database: 'app' };

test('cancelling asks on the bus, and what is over cannot be cancelled', async () => {
  gateway.worker.script.idle = true;
  const run = (await gateway.call('POST', '/api/v1/backups', backup)).json<Run>();
  const cancelled = await gateway.call('POST', `/api/v1/runs/${run.id}/cancel`, { reason: 'too late' });
  expect(cancelled.statusCode).toBe(202);
  expect(gateway.memory.published.at(-1)).toMatchObject({
    type: 'backup.cancel_requested',
    subject: run.id,
    database: 'app',
    data: { by: 'anna', reason: 'too late' },
  });
  gateway.worker.script.idle = false;
  const done = (await gateway.call('POST', '/api/v1/backups', backup)).json<Run>();
  await gateway.ended(done.id);
  const refused = await gateway.call('POST', `/api/v1/runs/${done.id}/cancel`);
  expect(refused.statusCode).toBe(409);
  expect(refused.json()).toMatchObject({ code: 'run_already_over' });
});

test('cancelling a validation marks its run', async () => {
  const made = (await gateway.call('POST', '/api/v1/backups', { ...backup, alias: 'a.sql' })).json<Run>();
  await gateway.ended(made.id);
  gateway.worker.script.idle = true;
  const run = (
    await gateway.call('POST', '/api/v1/validations', { filename: 'a.sql', level: 'restore' })
  ).json<Run>();
  const cancelled = await gateway.call('POST', `/api/v1/runs/${run.id}/cancel`, {});
  expect(cancelled.json()).toMatchObject({ kind: 'validation', cancel: { by: 'anna' } });
});

test('restore, then undo: a run of its own that names the restore', async () => {
  const made = (await gateway.call('POST', '/api/v1/backups', { ...backup, alias: 'a.sql' })).json<Run>();
  await gateway.ended(made.id);
  const restore = (await gateway.call('POST', '/api/v1/restores', { filename: 'a.sql' })).json<Run>();
  expect(gateway.memory.published.at(-1)).toMatchObject({
    type: 'restore.requested',
    database: 'app',
    data: {
      filename: expect.stringMatching(/^app_.*\.dump\.zst$/),
      mode: 'swap',
      safetyBackup: true,
      by: 'anna',
    },
  });
  await gateway.ended(restore.id);
  const undo = await gateway.call('POST', `/api/v1/restores/${restore.id}/undo`);
  expect(undo.statusCode).toBe(202);
  const run = undo.json<Run>();
  expect(run).toMatchObject({ kind: 'undo', database: 'app', correlation: restore.id });
  await gateway.ended(run.id);
  expect((await gateway.call('GET', `/api/v1/runs/${run.id}`)).json()).toMatchObject({
    undo: { restore: restore.id },
  });
  const refused = await gateway.call('POST', `/api/v1/restores/${made.id}/undo`);
  expect(refused.statusCode).toBe(409);
  expect(refused.json()).toMatchObject({ code: 'undo_unavailable' });
});

test('delete waits until the backup is gone', async () => {
  const made = (await gateway.call('POST', '/api/v1/backups', { ...backup, alias: 'a.sql' })).json<Run>();
  await gateway.ended(made.id);
  const response = await gateway.call('DELETE', '/api/v1/backups/a.sql?force=true');
  expect(response.statusCode).toBe(200);
  expect(response.json()).toMatchObject({ kind: 'removal', state: 'completed', removal: { by: 'anna' } });
  expect((await gateway.call('GET', '/api/v1/backups/a.sql')).statusCode).toBe(404);
});

test('backups are listed newest first, page by page, by database and type', async () => {
  for (const database of ['app', 'shop', 'app']) {
    const made = (await gateway.call('POST', '/api/v1/backups', { database })).json<Run>();
    await gateway.ended(made.id);
  }
  type Page = { backups: { name: string; database: string }[]; nextCursor?: string; total: number };
  const page = async (query: string) => (await gateway.call('GET', `/api/v1/backups?${query}`)).json<Page>();
  const all = await page('');
  expect(all).toMatchObject({ total: 3, backups: [{}, {}, {}] });
  expect(all.nextCursor).toBeUndefined();
  const first = await page('limit=2');
  expect(first.total).toBe(3);
  const second = await page(`limit=2&cursor=${first.nextCursor}`);
  expect([...first.backups, ...second.backups]).toEqual(all.backups);
  expect(second.nextCursor).toBeUndefined();
  expect((await page('database=shop')).backups).toMatchObject([{ database: 'shop' }]);
  expect((await page('type=incremental')).total).toBe(0);
  expect((await gateway.call('GET', '/api/v1/backups?cursor=x')).statusCode).toBe(400);
});

test('runs are listed newest first, page by page', async () => {
  const made: string[] = [];
  for (let count = 0; count < 3; count++) {
    const run = (await gateway.call('POST', '/api/v1/backups', backup)).json<Run>();
    await gateway.ended(run.id);
    made.unshift(run.id);
  }
  type Page = { runs: Run[]; nextCursor?: string };
  const first = (await gateway.call('GET', '/api/v1/runs?limit=2')).json<Page>();
  const second = (await gateway.call('GET', `/api/v1/runs?limit=2&cursor=${first.nextCursor}`)).json<Page>();
  expect([...first.runs, ...second.runs].map((run) => run.id)).toEqual(made);
  expect(second).not.toHaveProperty('nextCursor');
  expect((await gateway.call('GET', '/api/v1/runs?state=failed')).json()).toEqual({ runs: [] });
});
