import { afterEach, beforeEach, expect, test } from 'vitest';
import { driveGateway, type Driver } from '../../test/driver.ts';

let gateway: Driver;
beforeEach(async () => {
  gateway = await driveGateway();
});
afterEach(() => gateway.app.close());

const records = async (count: number) => {
  await expect.poll(() => gateway.memory.audited.length).toBe(count);
  return gateway.memory.audited;
};

test('a change is told before and after: who, what, from where, which run', async () => {
  const response = await gateway.call(
    'POST',
    '/api/v1/backups',
    { database: 'app' },
    { 'x-request-id': 'r-1' },
  );
  const [asked, done] = await records(2);
  const common = {
    action: 'createBackup',
    who: 'anna',
    credential: expect.stringMatching(/^token:[0-9a-f]{16}$/),
    address: '127.0.0.1',
    requestId: 'r-1',
    target: 'app',
  };
  expect(asked).toEqual({
    ...common,
    outcome: 'asked',
    request: expect.objectContaining({ database: 'app', type: 'full' }),
  });
  expect(done).toEqual({
    ...common,
    outcome: 'done',
    status: 202,
    after: { location: response.headers['location'] },
  });
});

test('a change that cannot be recorded is not done', async () => {
  await gateway.call('GET', '/api/v1/runs');
  gateway.memory.fail();
  const response = await gateway.call('POST', '/api/v1/backups', { database: 'app' });
  expect(response.statusCode).toBe(503);
  expect(response.headers['retry-after']).toBe('5');
  expect(response.json()).toMatchObject({
    code: 'bus_unavailable',
    detail: expect.stringContaining('cannot be recorded, so nothing was done'),
  });
  gateway.memory.recover();
  expect(gateway.memory.published).toEqual([]);
});

test('what is shown is told, and shown also while the bus is away', async () => {
  const made = await gateway.call('POST', '/api/v1/admin/backups', { database: 'app' });
  const { filename } = made.json<{ data: { filename: string } }>().data;
  await records(2);
  const download = `/api/v1/backups/${filename}/data`;
  await gateway.call('GET', download);
  expect((await records(4)).slice(2)).toMatchObject([
    { action: 'downloadBackup', outcome: 'asked', target: filename },
    { action: 'downloadBackup', outcome: 'done', status: 200 },
  ]);
  gateway.memory.fail();
  expect((await gateway.call('GET', download)).statusCode).toBe(200);
});

test('failures and refusals are told; lists are not', async () => {
  await gateway.call('GET', '/api/v1/backups');
  await gateway.call('POST', '/api/v1/backups', { database: 'nope', typo: 1 });
  await gateway.call('DELETE', '/api/v1/backups/nothing.sql');
  await gateway.app.inject({ url: '/api/v1/backups' });
  expect(await records(4)).toMatchObject([
    { action: 'createBackup', outcome: 'refused', status: 400 },
    { action: 'deleteBackup', outcome: 'asked', target: 'nothing.sql' },
    { action: 'deleteBackup', outcome: 'refused', status: 404 },
    { action: 'listBackups', outcome: 'refused', status: 401, who: 'anonymous', credential: 'none' },
  ]);
});

test('a guesser does not fill the stream; what was left out is counted', async () => {
  for (let count = 0; count < 60; count += 1) await gateway.app.inject({ url: '/api/v1/backups' });
  await gateway.app.inject({ url: '/api/v1/backups', remoteAddress: '10.0.0.9' });
  const told = await records(11);
  expect(told.at(-1)).toMatchObject({ address: '10.0.0.9', suppressed: 50 });
});

test('a request id that comes twice hides nothing', async () => {
  for (const _ of [1, 2]) {
    await gateway.call('POST', '/api/v1/backups', { database: 'app' }, { 'x-request-id': 'same' });
  }
  expect(await records(4)).toHaveLength(4);
});

test('a large input is told in brief', async () => {
  await gateway.call('POST', '/api/v1/admin/backups/restore', {
    filename: 'x.sql',
    note: 'y'.repeat(500_000),
  });
  const [asked] = await records(2);
  expect(JSON.stringify(asked).length).toBeLessThan(10_000);
});
