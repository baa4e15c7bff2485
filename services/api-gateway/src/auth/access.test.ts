import { operationIds, roles, routes, type OperationId, type RouteDeclaration } from '@holdfast/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { driveGateway, type Driver } from '../../test/driver.ts';
import { routeScopes } from './route-scopes.ts';
import { hashOf, newToken, type StoredToken } from './tokens.ts';

let gateway: Driver;
const tokens = { expired: newToken(), foreign: newToken(), none: newToken(), ofApp: newToken() };
beforeAll(async () => {
  gateway = await driveGateway({ databases: ['app', 'shop'] });
  const createdAt = '2026-01-01T00:00:00Z';
  const put = (token: string, fields: Partial<StoredToken>) =>
    gateway.deps.tokenBucket.create(hashOf(token), { name: 'ben', createdAt, ...fields });
  await put(tokens.expired, { role: 'admin', expiresAt: '2026-01-02T00:00:00Z' });
  await put(tokens.none, { grants: [] });
  const ofApp = { permissions: [], databases: ['app'] };
  await put(tokens.ofApp, { grants: [{ role: 'admin', ...ofApp }] });
});
afterAll(() => gateway.app.close());

const declared: readonly (readonly [OperationId, RouteDeclaration])[] = operationIds.map((id) => [
  id,
  routes[id],
]);
const guarded = declared.filter(
  ([, { permission, openOnLoopback }]) => permission !== 'public' && !openOnLoopback,
);
const RUN = '0190b0a0-0000-7000-8000-000000000009';
const concrete = (path: string): string =>
  path
    .replace(':run', RUN)
    .replace(':token', '0123456789abcdef')
    .replace(':sequence', '7')
    .replaceAll(/:\w+/g, 'shop');

const call = (method: RouteDeclaration['method'], path: string, token?: string) =>
  gateway.app.inject({
    method,
    url: concrete(path),
    // Each from elsewhere, so that the lockout of guessers is not what answers.
    remoteAddress: `10.${Math.floor(Math.random() * 255)}.${Math.floor(Math.random() * 255)}.1`,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });

test.each(guarded)(
  '%s: without token, with an expired one, with a foreign one',
  async (_id, { method, path }) => {
    for (const token of [undefined, tokens.expired, tokens.foreign]) {
      const response = await call(method, path, token);
      expect(response.statusCode).toBe(401);
      expect(response.json()).toMatchObject({ code: 'unauthorized' });
    }
  },
);

test.each(guarded)('%s: with a token that may nothing', async (operation, { method, path, permission }) => {
  const response = await call(method, path, tokens.none);
  expect(response.statusCode).toBe(403);
  expect(response.body).toContain(operation);
  expect(response.body).toContain(permission);
});

test('none of all that did anything', () => {
  expect(gateway.memory.published).toEqual([]);
});

test('every route with a permission says what it is about', () => {
  const missing = declared.filter(([id, { permission }]) => permission !== 'public' && !routeScopes[id]);
  expect(missing.map(([id]) => id)).toEqual([]);
});

test.each(guarded.filter(([id]) => routeScopes[id]?.kind === 'system'))(
  '%s, which is about all databases, is not for who has one',
  async (id, { method, path, form }) => {
    if (form) return;
    const body =
      id === 'testChannel' ? { channel: 'x' } : id === 'enhancedCleanUp' ? { max_age: '30d' } : undefined;
    const response = await gateway.app.inject({
      method,
      url: concrete(path),
      headers: { authorization: `Bearer ${tokens.ofApp}` },
      ...(body ? { payload: body } : {}),
    });
    expect(response.statusCode).toBe(403);
  },
);

const asOfApp = (method: 'GET' | 'POST' | 'DELETE' | 'PUT', url: string, payload?: object) =>
  gateway.app.inject({
    method,
    url,
    headers: { authorization: `Bearer ${tokens.ofApp}` },
    ...(payload ? { payload } : {}),
  });

test('who has one database makes backups of that one alone', async () => {
  expect((await asOfApp('POST', '/api/v1/backups', { database: 'app' })).statusCode).toBe(202);
  for (const payload of [{ database: 'shop' }, {}]) {
    expect((await asOfApp('POST', '/api/v1/backups', payload)).statusCode).toBe(403);
  }
});

test('what is of another database looks as if it were not there, in every way to name it', async () => {
  const made = await gateway.call('POST', '/api/v1/admin/backups/enhanced', {
    database: 'shop',
    description: '',
  });
  const { filename } = made.json<{ data: { filename: string } }>().data;
  const own = await gateway.call('POST', '/api/v1/admin/backups/enhanced', {
    database: 'app',
    description: '',
  });
  const { filename: ownName } = own.json<{ data: { filename: string } }>().data;
  for (const [method, url, payload] of [
    ['GET', `/api/v1/backups/${filename}`],
    ['GET', `/api/v1/backups/${filename}/data`],
    ['DELETE', `/api/v1/backups/${filename}`],
    ['GET', `/api/v1/admin/backups/download/${filename}`],
    ['POST', '/api/v1/restores', { filename }],
    ['POST', '/api/v1/admin/backups/restore', { filename }],
    ['POST', '/api/v1/validations', { filename }],
  ] as const) {
    const response = await asOfApp(method, url, payload);
    expect([url, response.statusCode, response.json<{ code: string }>().code]).toEqual([
      url,
      404,
      'backup_not_found',
    ]);
  }
  expect((await asOfApp('GET', `/api/v1/backups/${ownName}`)).statusCode).toBe(200);
  const listed = (await asOfApp('GET', '/api/v1/backups')).json<{
    backups: { database: string }[];
    total: number;
  }>();
  expect(new Set(listed.backups.map(({ database }) => database))).toEqual(new Set(['app']));
  expect(listed.total).toBe(listed.backups.length);
  const into = await asOfApp('POST', '/api/v1/restores', { filename: ownName, database: 'shop' });
  expect(into.statusCode).toBe(403);
});

test('runs of another database are neither shown nor cancelled', async () => {
  const { id } = (await gateway.call('POST', '/api/v1/backups', { database: 'shop' })).json<{ id: string }>();
  expect((await asOfApp('GET', `/api/v1/runs/${id}`)).json()).toMatchObject({ code: 'run_not_found' });
  expect((await asOfApp('POST', `/api/v1/runs/${id}/cancel`, {})).json()).toMatchObject({
    code: 'run_not_found',
  });
  const { runs } = (await asOfApp('GET', '/api/v1/runs')).json<{ runs: { database: string }[] }>();
  expect([...new Set(runs.map(({ database }) => database))]).toEqual(['app']);
});

test('roles: a viewer lists and fetches nothing, an operator restores and deletes nothing', () => {
  expect(roles.viewer).not.toContain(routes.downloadBackup.permission);
  expect(roles.operator).toContain(routes.createRestore.permission);
  expect(roles.operator).not.toContain(routes.deleteBackup.permission);
});
