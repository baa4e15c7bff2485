import { HoldfastError, type Presence, type Run } from '@holdfast/contracts';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { driveGateway, type Driver } from '../../test/driver.ts';

let gateway: Driver;
beforeEach(async () => {
  gateway = await driveGateway({ databases: ['app', 'shop'] });
});
afterEach(() => gateway.app.close());

const backup = { database: 'app' };

test('asking for a backup: 202, a run, and the event on the stream with who asked', async () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const response = await gateway.call(
    'POST',
    '/api/v1/backups',
    { ...backup, description: 'x' },
    { traceparent },
  );
  expect(response.statusCode).toBe(202);
  const run = response.json<Run>();
  expect(run).toMatchObject({ kind: 'backup', database: 'app', state: 'requested', correlation: run.id });
  expect(response.headers['location']).toBe(`/api/v1/runs/${run.id}`);
  expect(gateway.memory.published[0]).toMatchObject({
    type: 'backup.requested',
    subject: run.id,
    database: 'app',
    source: '/holdfast/api-gateway',
    traceparent,
    data: { type: 'full', trigger: 'manual', description: 'x', by: 'anna' },
  });
  await gateway.ended(run.id);
  const over = (await gateway.call('GET', `/api/v1/runs/${run.id}`)).json<Run>();
  expect(over).toMatchObject({ state: 'completed', backup: { run: run.id, description: 'x' } });
});

test.each([
  ['several and none named', {}, 400, 'database_ambiguous', /app, shop/],
  ['an unknown one', { database: 'nope' }, 404, 'database_unknown', /app, shop/],
])('databases: %s', async (_name, body, status, code, detail) => {
  const response = await gateway.call('POST', '/api/v1/backups', body);
  expect(response.statusCode).toBe(status);
  expect(response.json()).toMatchObject({ code, detail: expect.stringMatching(detail) });
});

test('which workers there are is asked anew for what none had lately', async () => {
  const worker = (id: string): Presence => ({
    service: 'backup-worker',
    instance: id,
    startedAt: new Date().toISOString(),
    databases: [{ id, name: id }],
    roles: [],
  });
  const asked: (number | undefined)[] = [];
  const presence = (withinMs?: number): Promise<Presence[]> => {
    asked.push(withinMs);
    return Promise.resolve(withinMs === undefined ? [worker('app'), worker('new')] : [worker('app')]);
  };
  const watched = await driveGateway({ change: { presence } });
  const statusOf = async (database?: string): Promise<number> =>
    (await watched.call('POST', '/api/v1/backups', database ? { database } : {})).statusCode;
  expect([await statusOf('app'), asked.splice(0)]).toEqual([202, [10_000]]);
  expect([await statusOf('new'), asked.splice(0)]).toEqual([202, [10_000, undefined]]);
  expect([await statusOf('none'), asked.splice(0)]).toEqual([404, [10_000, undefined]]);
  expect([await statusOf(), asked.splice(0)]).toEqual([400, [undefined]]);
  await watched.app.close();
});

test('without any worker a named database is accepted, and an unnamed one is 503', async () => {
  const presence = (): Promise<[]> => Promise.resolve([]);
  const alone = await driveGateway({ change: { presence } });
  const ask = (payload: object) => alone.call('POST', '/api/v1/backups', payload);
  expect((await ask({ database: 'later' })).statusCode).toBe(202);
  const refused = await ask({});
  expect(refused.statusCode).toBe(503);
  expect(refused.json()).toMatchObject({ code: 'no_worker' });
  await alone.app.close();
});

test('an Idempotency-Key makes one run, however many ask at once', async () => {
  const ask = () => gateway.call('POST', '/api/v1/backups', backup, { 'idempotency-key': 'k1' });
  const answers = await Promise.all(Array.from({ length: 20 }, ask));
  expect(new Set(answers.map((answer) => answer.json<Run>().id)).size).toBe(1);
  expect(answers.every((answer) => answer.statusCode === 202)).toBe(true);
  expect(gateway.memory.published.filter((event) => event.type === 'backup.requested')).toHaveLength(1);
  const mismatch = await gateway.call(
    'POST',
    '/api/v1/backups',
    { database: 'shop' },
    { 'idempotency-key': 'k1' },
  );
  expect(mismatch.statusCode).toBe(409);
  expect(mismatch.json()).toMatchObject({ code: 'idempotency_mismatch' });
  const otherRoute = await gateway.call('POST', '/api/v1/admin/backups', backup, { 'idempotency-key': 'k1' });
  expect(otherRoute.statusCode).toBe(409);
});

test('a waiting route gives the same answer to the same key', async () => {
  const ask = () =>
    gateway.call(
      'POST',
      '/api/v1/admin/backups',
      { ...backup, filename: 'a.sql' },
      { 'idempotency-key': 'k2' },
    );
  const [first, second] = await Promise.all([ask(), ask()]);
  const third = await ask();
  expect(first.statusCode).toBe(200);
  expect(second.json()).toEqual(first.json());
  expect(third.json()).toEqual(first.json());
  expect(gateway.worker.begun).toHaveLength(1);
});

test('the keys of different callers are different keys', async () => {
  const headers = { 'idempotency-key': 'k3' };
  const first = (await gateway.call('POST', '/api/v1/backups', backup, headers)).json<Run>();
  const permissions = ['backup:create'] as const;
  vi.spyOn(gateway.deps.tokens, 'callerOf').mockResolvedValue({ name: 'ben', permissions });
  const second = (await gateway.call('POST', '/api/v1/backups', backup, headers)).json<Run>();
  expect(second.id).not.toBe(first.id);
});

test('an asker that died after claiming its key is finished by the next, with the same run', async () => {
  const run = '0190b0a0-0000-7000-8000-00000000000a';
  const request = {
    operation: 'createBackup',
    request: { named: 'app', type: 'full', trigger: 'manual', description: '' },
  } as const;
  await gateway.deps.idempotency.claim({ name: 'anna', permissions: [] }, 'k4', request, run);
  const answer = await gateway.call('POST', '/api/v1/backups', backup, { 'idempotency-key': 'k4' });
  expect(answer.json<Run>().id).toBe(run);
  expect(gateway.memory.published[0]).toMatchObject({ type: 'backup.requested', subject: run });
});

test.each([
  ['record of the call', 'audit.recorded'],
  ['request', 'backup.requested'],
])('a %s that the bus does not take is 503 and leaves no run behind', async (_name, refused) => {
  const { publish } = gateway.memory;
  vi.spyOn(gateway.memory, 'publish').mockImplementation((event) =>
    event.type === refused
      ? Promise.reject(new HoldfastError('bus_unavailable', 'NATS cannot be reached.'))
      : publish(event),
  );
  const response = await gateway.call('POST', '/api/v1/backups', backup);
  expect(response.statusCode).toBe(503);
  expect(response.json()).toMatchObject({
    code: 'bus_unavailable',
    detail: expect.stringContaining('NATS cannot be reached.'),
  });
  expect(await gateway.deps.runs.active()).toEqual([]);
  expect(gateway.memory.published).toEqual([]);
});
