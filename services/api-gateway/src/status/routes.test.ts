import { type Run } from '@holdfast/contracts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { driveGateway, type Driver } from '../../test/driver.ts';

let gateway: Driver;
beforeEach(async () => {
  gateway = await driveGateway({ databases: ['app', 'shop'] });
});
afterEach(() => gateway.app.close());

const backup = { database: 'app' };

test('with the bus gone, what is at rest can still be listed and downloaded, and readiness says no', async () => {
  const run = (await gateway.call('POST', '/api/v1/backups', backup)).json<Run>();
  await gateway.ended(run.id);
  const [made] = (await gateway.call('GET', '/api/v1/backups')).json<{ backups: { filename: string }[] }>()
    .backups;
  gateway.memory.fail();
  const list = await gateway.call('GET', '/api/v1/backups');
  expect(list.json()).toMatchObject({
    total: 1,
    historyAvailable: false,
    backups: [{ filename: made?.filename }],
  });
  expect((await gateway.call('GET', `/api/v1/backups/${made?.filename}/data`)).statusCode).toBe(200);
  const status = await gateway.call('GET', '/api/v1/status');
  expect(status.json()).toMatchObject({
    bus: { connected: false },
    health: { overall: 'critical' },
    repository: { backups: 1 },
  });
  expect((await gateway.call('POST', '/api/v1/backups', backup)).statusCode).toBe(503);
  const readiness = await gateway.app.inject({ url: '/readyz' });
  expect(readiness.statusCode).toBe(503);
  expect(readiness.json()).toMatchObject({ ready: false, checks: { bus: { ok: false } } });
  expect((await gateway.app.inject({ url: '/healthz' })).statusCode).toBe(200);
});

test('backups, databases and status show the last proof', async () => {
  gateway.worker.script.validate = 'restore';
  gateway.worker.script.verdict = 'proven';
  await gateway.call('POST', '/api/v1/admin/backups/enhanced', backup);
  const { backups } = (await gateway.call('GET', '/api/v1/backups?database=app')).json<{
    backups: object[];
  }>();
  expect(backups).toEqual([
    expect.objectContaining({
      database: 'app',
      lastProvenAt: expect.any(String),
      lastValidation: expect.objectContaining({ verdict: 'proven' }),
    }),
  ]);
  expect((await gateway.call('GET', '/api/v1/databases')).json()).toMatchObject({
    databases: [
      { id: 'app', name: 'APP', workers: 1, backups: 1, lastProven: { filename: expect.any(String) } },
      { id: 'shop', workers: 1, backups: 0 },
    ],
  });
  expect((await gateway.call('GET', '/api/v1/status')).json()).toMatchObject({
    health: { overall: 'warning' },
    services: [{ service: 'backup-worker' }],
    activeRuns: [],
  });
});

test('history is rebuilt by the service that has it; nobody there is history_unavailable', async () => {
  const absent = await gateway.call('POST', '/api/v1/history/rebuild');
  expect(absent.statusCode).toBe(503);
  expect(absent.json()).toMatchObject({ code: 'history_unavailable' });
  const heard: unknown[] = [];
  await gateway.memory.respond('control.history.rebuild', async (payload) => {
    heard.push(payload);
    return { events: 5, note: 'done' };
  });
  const response = await gateway.call('POST', '/api/v1/history/rebuild');
  expect(response.json()).toEqual({ counts: { events: 5 } });
  expect(heard).toEqual([{ by: 'anna' }]);
});
