import { deliverySchema, HoldfastError, type DeliveryRecord } from '@holdfast/contracts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { driveGateway, type Driver } from '../../test/driver.ts';
import { hashOf, newToken } from '../auth/tokens.ts';

const AT = '/api/v1/notifications';
let gateway: Driver;
beforeEach(async () => {
  gateway = await driveGateway({ databases: ['app', 'shop'] });
});
afterEach(() => gateway.app.close());

const delivery = (id: string, fields: Partial<DeliveryRecord> = {}): DeliveryRecord => ({
  id,
  route: 'all',
  channel: 'ops',
  kind: 'webhook',
  about: 'backup.failed',
  severity: 'critical',
  database: 'app',
  title: 'A backup failed',
  state: 'sent',
  attempts: 1,
  createdAt: '2026-01-01T00:00:00Z',
  ...fields,
});

async function keep(...deliveries: readonly DeliveryRecord[]): Promise<void> {
  const bucket = await gateway.memory.bucket('deliveries', deliverySchema);
  for (const each of deliveries) await bucket.create(each.id, each);
}

test('deliveries, newest first, by state and page', async () => {
  await keep(
    delivery('old'),
    delivery('new', { createdAt: '2026-01-02T00:00:00Z', state: 'dead' }),
    delivery('newest', { createdAt: '2026-01-03T00:00:00Z' }),
  );
  const list = async (query: string) => (await gateway.call('GET', `${AT}${query}`)).json<unknown>();
  expect(await list('?limit=2')).toMatchObject({ deliveries: [{ id: 'newest' }, { id: 'new' }], total: 3 });
  expect(await list('?state=dead')).toMatchObject({ deliveries: [{ id: 'new' }], total: 1 });
});

test('a caller of one database gets a whole page of its own, and its count', async () => {
  await keep(
    delivery('theirs', { createdAt: '2026-01-02T00:00:00Z', database: 'shop' }),
    delivery('ours'),
    delivery('of none', { id: 'none', database: undefined }),
  );
  const token = newToken();
  await gateway.deps.tokenBucket.create(hashOf(token), {
    name: 'ben',
    createdAt: '2026-01-01T00:00:00Z',
    grants: [{ role: 'admin', permissions: [], databases: ['app'] }],
  });
  const response = await gateway.call('GET', `${AT}?limit=1`, undefined, {
    authorization: `Bearer ${token}`,
  });
  expect(response.json()).toMatchObject({ deliveries: [{ id: 'ours' }], total: 1 });
});

test('with nobody to answer it is a clear 503', async () => {
  const response = await gateway.call('GET', `${AT}/channels`);
  expect(response.statusCode).toBe(503);
  expect(response.json()).toMatchObject({ detail: expect.stringContaining('No notifier answers') });
});

test('channels and a preview come as the notifier made them', async () => {
  const channels = { channels: [{ id: 'ops', kind: 'webhook', target: 'https://example.com' }], routes: [] };
  const messages = [{ route: 'all', channel: 'ops', kind: 'webhook', title: 'A', text: 'B' }];
  const asked: unknown[] = [];
  await gateway.memory.respond('control.notifier.channels', async () => channels);
  await gateway.memory.respond('control.notifier.preview', async (payload) => {
    asked.push(payload);
    return { messages };
  });
  expect((await gateway.call('GET', `${AT}/channels`)).json()).toEqual(channels);
  const preview = await gateway.call('POST', `${AT}/preview`, { type: 'backup.failed', database: 'app' });
  expect(preview.json()).toEqual({ messages });
  expect(asked).toEqual([{ type: 'backup.failed', database: 'app' }]);
});

test.each([
  ['test', `${AT}/test`, { channel: 'ops' }, { channel: 'ops', by: 'anna' }],
  ['retry', `${AT}/d1/retry`, undefined, { delivery: 'd1', by: 'anna' }],
])('%s is asked of the notifier in the name of the caller', async (verb, url, body, payload) => {
  const asked: unknown[] = [];
  await gateway.memory.respond(`control.notifier.${verb}`, async (each) => {
    asked.push(each);
    return delivery('d1', { state: 'pending' });
  });
  const response = await gateway.call('POST', url, body);
  expect(response.statusCode).toBe(200);
  expect(response.json()).toMatchObject({ id: 'd1', state: 'pending' });
  expect(asked).toEqual([payload]);
});

test('what the notifier refuses arrives with its code', async () => {
  await gateway.memory.respond('control.notifier.test', () =>
    Promise.reject(new HoldfastError('channel_unknown', 'There is no channel "x".')),
  );
  const response = await gateway.call('POST', `${AT}/test`, { channel: 'x' });
  expect(response.json()).toMatchObject({ code: 'channel_unknown', detail: 'There is no channel "x".' });
});
