import { DEFAULT_POLICY, HoldfastError, type RetentionPlan } from '@holdfast/contracts';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { driveGateway, type Driver } from '../../test/driver.ts';
import { store } from '../../test/fake-worker.ts';

let gateway: Driver;
let name: string;
beforeEach(async () => {
  gateway = await driveGateway();
  const subject = '0190b0a0-0000-7000-8000-000000000001';
  ({ name } = (
    await store(gateway.repository, { subject, database: 'app', time: '2026-01-01T00:00:00Z' })
  ).backup);
});
afterEach(() => gateway.app.close());

const planned = (filename: string) => ({
  name: filename,
  filename,
  createdAt: '2026-01-01T00:00:00Z',
  sizeBytes: 7,
});
const plan = (rule: 'newest-good' | 'daily'): RetentionPlan => ({
  database: 'app',
  at: '2026-02-01T00:00:00Z',
  policy: { keepDaily: 1, timezone: 'UTC', minimumRedundancy: 1 },
  keep: [{ ...planned('kept'), reasons: [{ rule, detail: 'so it is' }] }],
  remove: [{ ...planned('gone'), because: 'too old' }],
  freesBytes: 7,
  unmet: [],
});
const answerPlans = (...plans: RetentionPlan[]) =>
  gateway.memory.respond('control.retention.plan', async () => ({ plans }));

test('with nobody to plan it is a clear 503', async () => {
  const response = await gateway.call('POST', '/api/v1/retention/plan', {});
  expect(response.statusCode).toBe(503);
  expect(response.json()).toMatchObject({ detail: expect.stringContaining('No retention service answers') });
});

test('a plan comes as the retention service made it; an unknown database is none', async () => {
  await answerPlans(plan('daily'));
  const response = await gateway.call('POST', '/api/v1/retention/plan', { database: 'app' });
  expect(response.json()).toEqual({ plans: [plan('daily')] });
  const unknown = await gateway.call('POST', '/api/v1/retention/plan', { database: 'nobody' });
  expect(unknown.json()).toMatchObject({ code: 'database_unknown' });
});

test('a policy that keeps nothing but what is protected wants force', async () => {
  await answerPlans(plan('newest-good'));
  const put = (query: string) => gateway.call('PUT', `/api/v1/policies/app${query}`, { keepLast: 0 });
  expect((await put('')).json()).toMatchObject({ status: 409, code: 'policy_too_strict' });
  expect((await put('?force=1')).json()).toMatchObject({ database: 'app', source: 'stored' });
});

test('policies: stored, listed, changed by version, removed', async () => {
  await answerPlans(plan('daily'));
  const put = (body: object, headers = {}) => gateway.call('PUT', '/api/v1/policies/app', body, headers);
  const first = await put({ keepDaily: 7 });
  const headers = { 'if-match': String(first.headers['etag']) };
  expect((await put({ keepDaily: 8 }, headers)).statusCode).toBe(200);
  expect((await put({ keepDaily: 9 }, headers)).json()).toMatchObject({
    code: 'version_conflict',
    current: { policy: { keepDaily: 8 } },
  });
  expect((await gateway.call('GET', '/api/v1/policies')).json()).toMatchObject({
    policies: [
      { database: DEFAULT_POLICY, source: 'environment', policy: { maxCount: 100 } },
      { database: 'app', source: 'stored', policy: { keepDaily: 8 } },
    ],
  });
  const removed = await gateway.call('DELETE', '/api/v1/policies/app');
  expect(removed.json()).toMatchObject({ source: 'environment' });
  expect((await gateway.call('DELETE', '/api/v1/policies/app')).json()).toMatchObject({
    code: 'policy_not_found',
  });
});

test('a pinned backup is told as such and cannot be deleted, not even with force', async () => {
  const at = `/api/v1/backups/${name}`;
  expect((await gateway.call('PUT', `${at}/pin`, { reason: 'audit' })).json()).toMatchObject({
    name,
    pin: { by: 'anna' },
  });
  expect((await gateway.call('GET', at)).json()).toMatchObject({ pin: { reason: 'audit' } });
  expect((await gateway.call('DELETE', `${at}?force=true`)).json()).toMatchObject({ code: 'backup_pinned' });
  expect((await gateway.call('DELETE', `${at}/pin`)).json()).toEqual({ name });
  expect((await gateway.call('DELETE', at)).json()).toMatchObject({ code: 'last_good_backup' });
  expect((await gateway.call('DELETE', `${at}?force=true`)).statusCode).toBe(200);
  const told = gateway.memory.published.map(({ type }) => type).filter((type) => type.endsWith('pinned'));
  expect(told).toEqual(['backup.pinned', 'backup.unpinned']);
});

test('existing clients see what a clean-up would remove and keep, and why', async () => {
  await answerPlans(plan('daily'));
  const body = { max_age: '720h', dry_run: true };
  const response = await gateway.call('POST', '/api/v1/admin/backups/cleanup', body);
  expect(response.json()).toMatchObject({
    status: 'success',
    data: {
      removed: [{ filename: 'gone', size: 7, reason: 'too old' }],
      kept: [{ filename: 'kept', reasons: ['daily: so it is'] }],
      freed: 7,
      dry_run: true,
    },
  });
  const wrong = await gateway.call('POST', '/api/v1/admin/backups/cleanup', { max_age: 'soon' });
  expect(wrong.statusCode).toBe(400);
});

test('a clean-up of existing clients is done, and tells what went and what stayed, and why', async () => {
  await gateway.worker.plan(plan('daily'), { ...plan('daily'), destination: 'offsite' });
  const response = await gateway.call('POST', '/api/v1/admin/backups/cleanup', { max_age: '720h' });
  expect(response.json()).toMatchObject({
    status: 'success',
    message: 'Cleaned up.',
    data: {
      kept: [{ filename: 'kept', reasons: ['daily: so it is'] }],
      dry_run: false,
      run: gateway.worker.begun[0],
    },
  });
  const [{ type, data } = { type: '', data: {} }] = gateway.memory.published;
  expect([type, data]).toMatchObject([
    'retention.cleanup.requested',
    { maxAgeMs: 2_592_000_000, by: 'anna' },
  ]);
});

test('a clean-up that failed says why', async () => {
  await gateway.worker.plan(plan('daily'));
  gateway.worker.script.failure = { code: 'bus_unavailable', message: 'The bus was away.' };
  const response = await gateway.call('POST', '/api/v1/admin/backups/cleanup', { max_age: '720h' });
  expect([response.statusCode, response.json()]).toMatchObject([
    503,
    { status: 'error', code: 'bus_unavailable', error: 'The bus was away.' },
  ]);
});

test('an unpinning that could not be told stays undone, and whoever asks again tells it', async () => {
  const at = `/api/v1/backups/${name}/pin`;
  await gateway.call('PUT', at, { reason: 'audit' });
  const { publish } = gateway.memory;
  const spy = vi
    .spyOn(gateway.memory, 'publish')
    .mockImplementation((event) =>
      event.type === 'backup.unpinned'
        ? Promise.reject(new HoldfastError('bus_unavailable', 'NATS cannot be reached.'))
        : publish(event),
    );
  expect((await gateway.call('DELETE', at)).statusCode).toBe(503);
  expect(await gateway.deps.pins.get(name)).toBeDefined();
  spy.mockRestore();
  expect((await gateway.call('DELETE', at)).json()).toEqual({ name });
  expect(gateway.memory.published.at(-1)).toMatchObject({ type: 'backup.unpinned', data: { by: 'anna' } });
  expect(await gateway.deps.pins.get(name)).toBeUndefined();
});

test('what another builds on is not deleted, and says which', async () => {
  const subject = '0190b0a0-0000-7000-8000-000000000002';
  const newer = await store(gateway.repository, { subject, database: 'app', time: '2026-01-02T00:00:00Z' });
  const key = `app/${newer.backup.name}.manifest.json`;
  await gateway.repository.storage.remove(key);
  const manifest = { ...newer, ancestors: [{ name, run: '0190b0a0-0000-7000-8000-000000000001' }] };
  await gateway.repository.storage.createIfAbsent(key, Buffer.from(JSON.stringify(manifest)));
  const response = await gateway.call('DELETE', `/api/v1/backups/${name}?force=true`);
  expect(response.json()).toMatchObject({
    status: 409,
    code: 'backup_needed',
    detail: expect.stringContaining(newer.backup.name),
  });
});
