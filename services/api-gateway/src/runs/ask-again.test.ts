import type { Envelope, Permission, Run } from '@holdfast/contracts';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { driveGateway, type Driver } from '../../test/driver.ts';

const failure = { code: 'storage_full', message: 'No room.' } as const;

let gateway: Driver;
beforeEach(async () => {
  gateway = await driveGateway({ databases: ['app', 'shop'] });
});
afterEach(() => gateway.app.close());

async function end(path: string, body: object): Promise<Run> {
  const run = (await gateway.call('POST', path, body)).json<Run>();
  await gateway.ended(run.id);
  return run;
}
const fail = async (path: string, body: object): Promise<Run> => {
  gateway.worker.script.failure = failure;
  const run = await end(path, body);
  delete gateway.worker.script.failure;
  return run;
};
const retry = (run: Run, headers = {}) =>
  gateway.call('POST', `/api/v1/runs/${run.id}/retry`, undefined, headers);

/** From here on somebody else asks. */
function actAs(permissions: readonly Permission[], databases = ['*']): void {
  const scopes = [{ permissions, databases }];
  vi.spyOn(gateway.deps.tokens, 'callerOf').mockResolvedValue({ name: 'ben', permissions, scopes });
}

test('what failed is asked for again, as it was, in the name of who asks now', async () => {
  const wanted = { database: 'app', description: 'before the move', compression: 'gzip', alias: 'a.dump' };
  const failed = await fail('/api/v1/backups', wanted);
  actAs(['run:read', 'run:retry', 'backup:create']);
  const answer = await retry(failed);
  expect(answer.statusCode).toBe(202);
  const again = answer.json<Run>();
  expect(again.id).not.toBe(failed.id);
  expect(gateway.memory.published.findLast(({ type }) => type === 'backup.requested')).toMatchObject({
    subject: again.id,
    database: 'app',
    data: { description: 'before the move', compression: 'gzip', alias: 'a.dump', by: 'ben' },
  });
  expect(await gateway.ended(again.id)).toMatchObject({ state: 'completed' });
});

test('one key makes one run of it', async () => {
  const failed = await fail('/api/v1/backups', { database: 'app' });
  const [one, other] = await Promise.all([1, 2].map(() => retry(failed, { 'idempotency-key': 'k' })));
  expect(one?.json<Run>().id).toBe(other?.json<Run>().id);
});

test.each([
  ['a restore', '/api/v1/restores', 'restore'],
  ['a validation', '/api/v1/validations', 'validation'],
])('%s too', async (_name, path, kind) => {
  await end('/api/v1/backups', { database: 'app', alias: 'a.dump' });
  const failed = await fail(path, { filename: 'a.dump' });
  expect((await retry(failed)).json<Run>()).toMatchObject({ kind, database: 'app' });
});

test('what is done, or goes on, is not done again', async () => {
  const done = await end('/api/v1/backups', { database: 'app' });
  const refused = await retry(done);
  expect(refused.statusCode).toBe(409);
  expect(refused.json()).toMatchObject({
    code: 'run_not_retryable',
    detail: expect.stringContaining('it is completed'),
  });
});

test.each<[string, Permission[], string[]]>([
  ['who may not make backups', ['run:read', 'run:retry', 'backup:read'], ['*']],
  ['who may make them of another database', ['run:read', 'run:retry', 'backup:create'], ['shop']],
])('the right to retry alone is not enough: %s', async (_name, permissions, databases) => {
  const failed = await fail('/api/v1/backups', { database: 'app' });
  const asked = gateway.memory.published.length;
  actAs(permissions, databases);
  expect([403, 404]).toContain((await retry(failed)).statusCode);
  expect(gateway.memory.published).toHaveLength(asked);
});

test('who may restore into one database only does not bring another in by a retry', async () => {
  await end('/api/v1/backups', { database: 'shop', alias: 'secret.dump' });
  const failed = await fail('/api/v1/restores', { filename: 'secret.dump', database: 'app' });
  actAs(['run:read', 'run:retry', 'backup:restore'], ['app']);
  expect((await retry(failed)).statusCode).toBe(404);
});

test('the log of a run is all that was told of it, and of no other', async () => {
  await end('/api/v1/backups', { database: 'shop' });
  const run = await end('/api/v1/backups', { database: 'app' });
  const path = `/api/v1/runs/${run.id}/log`;
  const told = async () =>
    (await gateway.call('GET', path)).json<{ events: { event: Envelope }[]; isWhole: boolean }>();
  await expect.poll(async () => (await told()).events).toHaveLength(2);
  const { events, isWhole } = await told();
  expect(isWhole).toBe(true);
  expect(events.map(({ event }) => event.type)).toEqual(['backup.requested', 'backup.completed']);
  expect(events.every(({ event }) => event.subject === run.id)).toBe(true);
  const unknown = '0190b0a0-0000-7000-8000-00000000000f';
  expect((await gateway.call('GET', `/api/v1/runs/${unknown}/log`)).statusCode).toBe(404);
});

test('a run whose request has left the stream is not done again, and its log says that it is not whole', async () => {
  const failed = await fail('/api/v1/backups', { database: 'app' });
  vi.spyOn(gateway.memory, 'readEvents').mockImplementation(async function* () {});
  expect((await retry(failed)).json()).toMatchObject({
    code: 'run_not_retryable',
    detail: expect.stringContaining('has left the stream'),
  });
  expect((await gateway.call('GET', `/api/v1/runs/${failed.id}/log`)).json()).toEqual({
    events: [],
    isWhole: false,
  });
});
