import type { NewToken, TokenView } from '@holdfast/contracts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { driveGateway, type Driver } from '../../test/driver.ts';

let gateway: Driver;
/** Fixed, and now: expiry is judged by the clock. */
const time = Date.now();
beforeEach(async () => {
  gateway = await driveGateway({ change: { now: () => new Date(time) } });
});
afterEach(() => gateway.app.close());

const viewer = { name: 'eyes', grants: [{ role: 'viewer' }] };
const create = async (payload: object, headers = {}) =>
  gateway.call('POST', '/api/v1/tokens', payload, headers);
const made = async (payload: object): Promise<NewToken> => (await create(payload)).json();
const as = (token: string) => ({ authorization: `Bearer ${token}` });
const list = async (): Promise<TokenView[]> =>
  (await gateway.call('GET', '/api/v1/tokens')).json<{ tokens: TokenView[] }>().tokens;

test('a token is made, works as far as it may, and its secret is never told again', async () => {
  const { token, view } = await made({ ...viewer, expiresInMs: 3_600_000 });
  expect(view).toMatchObject({
    name: 'eyes',
    createdBy: 'anna',
    expiresAt: new Date(time + 3_600_000).toISOString(),
  });
  expect((await gateway.call('GET', '/api/v1/schedules', undefined, as(token))).statusCode).not.toBe(401);
  expect((await gateway.call('POST', '/api/v1/backups', {}, as(token))).statusCode).toBe(403);
  const listed = await gateway.call('GET', '/api/v1/tokens');
  expect(listed.body).toContain('"eyes"');
  expect(listed.body).not.toContain(token);
  const bucket = JSON.stringify(await gateway.deps.tokenBucket.entries());
  expect(bucket).not.toContain(token);
  expect(JSON.stringify(gateway.memory.audited)).not.toContain(token);
});

test('nobody grants more than he has', async () => {
  const { token } = await made({
    name: 'clerk',
    grants: [{ permissions: ['token:write', 'token:read', 'backup:read'], databases: ['app*'] }],
  });
  const tries = [
    [{ role: 'admin' }, 403],
    [{ role: 'viewer', databases: ['app'] }, 403],
    [{ permissions: ['backup:read'] }, 403],
    [{ permissions: ['backup:read'], databases: ['shop'] }, 403],
    [{ permissions: ['backup:read'], databases: ['app-1'] }, 201],
  ] as const;
  for (const [grant, status] of tries) {
    const response = await create({ name: 'x', grants: [grant] }, as(token));
    expect([grant, response.statusCode]).toEqual([grant, status]);
  }
});

test('nor does he rotate or revoke it', async () => {
  const { token } = await made({ name: 'clerk', grants: [{ permissions: ['token:write'] }] });
  const [admin] = (await list()).filter(({ name }) => name === 'anna');
  const rotated = await gateway.call('POST', `/api/v1/tokens/${admin?.id}/rotate`, {}, as(token));
  expect(rotated.json()).toMatchObject({ code: 'grant_too_wide' });
  const revoked = await gateway.call('DELETE', `/api/v1/tokens/${admin?.id}`, undefined, as(token));
  expect(revoked.json()).toMatchObject({ code: 'grant_too_wide' });
});

test('rotation: both work during the overlap, then the new one alone', async () => {
  const old = await made(viewer);
  const response = await gateway.call('POST', `/api/v1/tokens/${old.view.id}/rotate`, { overlap: '1h' });
  const next = response.json<NewToken>();
  expect(next.view.grants).toEqual(old.view.grants);
  const ended = (await list()).find(({ id }) => id === old.view.id);
  expect(ended).toMatchObject({
    expiresAt: new Date(time + 3_600_000).toISOString(),
    rotatedTo: next.view.id,
  });
  const endless = await gateway.call('POST', `/api/v1/tokens/${next.view.id}/rotate`, { overlap: '40d' });
  expect(endless.statusCode).toBe(400);
});

test('a revoked token is refused at once here', async () => {
  const { token, view } = await made(viewer);
  const call = () => gateway.call('GET', '/api/v1/runs', undefined, as(token));
  expect((await call()).statusCode).toBe(200);
  expect((await gateway.call('DELETE', `/api/v1/tokens/${view.id}`)).json()).toMatchObject({ id: view.id });
  expect((await call()).statusCode).toBe(401);
  expect((await gateway.call('DELETE', `/api/v1/tokens/${view.id}`)).statusCode).toBe(404);
});

test('when it was last used is kept, coarsely', async () => {
  const { token, view } = await made(viewer);
  const used = async () => (await list()).find(({ id }) => id === view.id)?.lastUsedAt;
  expect(await used()).toBeUndefined();
  await gateway.call('GET', '/api/v1/runs', undefined, as(token));
  await expect.poll(used).toBeDefined();
});

test.each([
  ['no grants', { name: 'x', grants: [] }],
  ['a grant of nothing', { name: 'x', grants: [{ databases: ['app'] }] }],
  ['an unknown role', { name: 'x', grants: [{ role: 'root' }] }],
  ['an unknown permission', { name: 'x', grants: [{ permissions: ['*'] }] }],
  ['a pattern that is none', { name: 'x', grants: [{ role: 'viewer', databases: ['../*'] }] }],
])('%s is refused', async (_name, payload) => {
  expect((await create(payload)).statusCode).toBe(400);
});
