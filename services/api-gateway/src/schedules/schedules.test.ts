import { knownDatabaseSchema, type Run, type ScheduleView } from '@holdfast/contracts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { driveGateway, type Driver } from '../../test/driver.ts';

let gateway: Driver;
beforeEach(async () => {
  gateway = await driveGateway({ databases: ['app', 'shop'] });
});
afterEach(() => gateway.app.close());

const AT = '/api/v1/schedules';
const nightly = { id: 'nightly', rule: 'daily at 03:00', timezone: 'Europe/Berlin' };
const add = () => gateway.call('POST', AT, nightly);
const told = () => gateway.memory.published.filter(({ type }) => type.startsWith('schedule.'));

test('a schedule is added, read, listed and previewed', async () => {
  const added = await add();
  expect(added.statusCode).toBe(201);
  const schedule = added.json<ScheduleView>();
  expect(added.headers['etag']).toBe(`"${schedule.version}"`);
  expect(schedule).toMatchObject({ ...nightly, enabled: true, managedBy: 'api', updatedBy: 'anna' });
  expect((await gateway.call('GET', `${AT}/nightly`)).json()).toMatchObject({ version: schedule.version });
  expect((await gateway.call('GET', AT)).json()).toMatchObject({ schedules: [{ id: 'nightly' }] });
  const next = await gateway.call('GET', `${AT}/nightly/next?count=3`);
  expect(next.json<{ dueAt: string[] }>().dueAt).toHaveLength(3);
  expect(told()).toMatchObject([{ type: 'schedule.created', subject: 'nightly' }]);
});

test.each([
  ['a rule that is none', { ...nightly, rule: '99 99 * * *' }],
  ['30 February', { ...nightly, rule: '0 3 30 2 *' }],
  ['an unknown zone', { ...nightly, timezone: 'Mars/Olympus' }],
])('%s is schedule_invalid', async (_name, body) => {
  const response = await gateway.call('POST', AT, body);
  expect(response.statusCode).toBe(400);
  expect(response.json()).toMatchObject({ code: 'schedule_invalid' });
});

test('an id is taken once, and an unknown one is not found', async () => {
  await add();
  expect((await add()).json()).toMatchObject({ status: 409, code: 'name_taken' });
  expect((await gateway.call('GET', `${AT}/other`)).json()).toMatchObject({ code: 'schedule_not_found' });
});

test('of two who change one schedule the second gets the version of the first', async () => {
  const { version } = (await add()).json<ScheduleView>();
  const headers = { 'if-match': `"${version}"` };
  const change = (description: string) =>
    gateway.call('PUT', `${AT}/nightly`, { rule: 'daily at 04:00', description }, headers);
  const first = await change('first');
  expect(first.statusCode).toBe(200);
  const second = await change('second');
  expect(second.statusCode).toBe(409);
  expect(second.json()).toMatchObject({ code: 'version_conflict', current: { description: 'first' } });
  expect(second.headers['etag']).toBe(first.headers['etag']);
  const removal = await gateway.call('DELETE', `${AT}/nightly`, undefined, headers);
  expect(removal.json()).toMatchObject({ code: 'version_conflict' });
  expect(told().at(-1)).toMatchObject({
    type: 'schedule.updated',
    data: { changed: expect.arrayContaining(['description', 'rule', 'timezone']) },
  });
});

test('pausing and resuming begins anew: nothing that was due meanwhile is made up for', async () => {
  await add();
  const paused = (await gateway.call('POST', `${AT}/nightly/pause`)).json<ScheduleView>();
  expect(paused.enabled).toBe(false);
  expect(paused.nextDueAt).toBeUndefined();
  const resumed = (await gateway.call('POST', `${AT}/nightly/resume`)).json<ScheduleView>();
  expect(resumed).toMatchObject({ enabled: true, activeSince: resumed.updatedAt });
});

test('what a file declares is changed there alone', async () => {
  const { value } = await gateway.deps.schedules.get((await add()).json<ScheduleView>().id);
  await gateway.deps.schedules.create({ ...value, id: 'declared', managedBy: 'file' });
  for (const [method, url] of [
    ['POST', '/pause'],
    ['DELETE', ''],
  ] as const) {
    const response = await gateway.call(method, `${AT}/declared${url}`);
    expect(response.statusCode).toBe(409);
    expect(response.json()).toMatchObject({ code: 'schedule_managed' });
  }
});

test('run now asks for a run of each database, once for one Idempotency-Key', async () => {
  await add();
  const run = async () =>
    (await gateway.call('POST', `${AT}/nightly/run`, undefined, { 'idempotency-key': 'once' })).json<{
      runs: Run[];
    }>().runs;
  const first = await run();
  expect(first.map(({ database }) => database)).toEqual(['app', 'shop']);
  expect((await run()).map(({ id }) => id)).toEqual(first.map(({ id }) => id));
  const asked = gateway.memory.published.filter(({ type }) => type === 'backup.requested');
  expect(asked).toHaveLength(2);
  expect(asked[0]?.data).toMatchObject({ trigger: 'manual', schedule: 'nightly', by: 'anna' });
});

test('a pattern means what it meant while workers were there, for a week', async () => {
  await gateway.app.close();
  gateway = await driveGateway({ databases: [], change: { presence: () => Promise.resolve([]) } });
  const bucket = await gateway.memory.bucket('databases', knownDatabaseSchema);
  const ago = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();
  await bucket.create('app', { name: 'App', lastSeenAt: ago(1) });
  await bucket.create('given-up', { name: 'Old', lastSeenAt: ago(8) });
  await add();
  const { runs } = (await gateway.call('POST', `${AT}/nightly/run`)).json<{ runs: Run[] }>();
  expect(runs.map(({ database }) => database)).toEqual(['app']);
});

test('a pattern that no database matches is told, with those there are', async () => {
  await gateway.call('POST', AT, { ...nightly, database: 'nothing-*' });
  const response = await gateway.call('POST', `${AT}/nightly/run`);
  expect(response.json()).toMatchObject({
    code: 'database_unknown',
    detail: expect.stringContaining('there is app, shop'),
  });
});

test('existing clients add, list and remove in their words', async () => {
  const at = '/api/v1/admin/backups/schedules';
  const added = await gateway.call('POST', at, {
    id: 'daily',
    schedule: '24h',
    description: '',
    backup_type: 'automatic',
  });
  expect(added.json()).toMatchObject({
    status: 'success',
    data: {
      id: 'daily',
      schedule: '24h',
      description: 'automatic',
      backup_type: 'full',
      enabled: true,
      next_run: expect.any(String),
    },
  });
  expect((await gateway.call('GET', at)).json()).toMatchObject({ data: [{ id: 'daily' }] });
  const removed = await gateway.call('DELETE', `${at}/daily`);
  expect(removed.json()).toEqual({ status: 'success', message: 'Schedule removed.' });
  expect((await gateway.call('DELETE', `${at}/daily`)).statusCode).toBe(404);
});
