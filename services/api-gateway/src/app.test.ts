import { operationIds, routes, type RouteDeclaration } from '@holdfast/contracts';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { driveGateway, type Driver } from '../test/driver.ts';

let gateway: Driver;
beforeEach(async () => {
  gateway = await driveGateway({ databases: ['app', 'shop'] });
});
afterEach(() => gateway.app.close());

const backup = { database: 'app' };

const declared: readonly (readonly [string, RouteDeclaration])[] = operationIds.map((id) => [id, routes[id]]);
const concrete = (path: string): string =>
  path.replace(':run', '0190b0a0-0000-7000-8000-000000000009').replace(':filename', 'a.sql');

const guarded = declared.filter(
  ([, { permission, openOnLoopback }]) => permission !== 'public' && !openOnLoopback,
);
const open = declared.filter(
  ([, { permission, openOnLoopback }]) => permission === 'public' || openOnLoopback,
);

test.each(guarded)('%s wants a token', async (_operation, { method, path, failureShape }) => {
  const response = await gateway.app.inject({ method, url: concrete(path) });
  expect(response.statusCode).toBe(401);
  expect(response.headers['www-authenticate']).toMatch(/^Bearer/);
  expect(response.json()).toMatchObject({ code: 'unauthorized' });
  expect(response.headers['content-type']).toContain(
    failureShape === 'problem' ? 'application/problem+json' : 'application/json',
  );
});

test.each(open)('%s is open on a loopback address', async (_operation, { path }) => {
  expect((await gateway.app.inject({ url: path })).statusCode).toBe(200);
});

test('off loopback metrics want a token too', async () => {
  const settings = { ...gateway.deps.settings, HOLDFAST_HOST: '0.0.0.0' };
  const exposed = await driveGateway({ change: { settings } });
  expect((await exposed.app.inject({ url: '/metrics' })).statusCode).toBe(401);
  expect((await exposed.app.inject({ url: '/metrics', headers: exposed.authorization })).statusCode).toBe(
    200,
  );
  await exposed.app.close();
});

test('a caller without the permission is refused', async () => {
  vi.spyOn(gateway.deps.tokens, 'callerOf').mockResolvedValue({ name: 'ben', permissions: ['backup:read'] });
  expect((await gateway.call('GET', '/api/v1/backups')).statusCode).toBe(200);
  const refused = await gateway.call('POST', '/api/v1/backups', backup);
  expect(refused.statusCode).toBe(403);
  expect(refused.json()).toMatchObject({
    code: 'forbidden',
    detail: expect.stringMatching(/ben.*backup:create/),
  });
  expect(gateway.memory.published).toEqual([]);
});

test.each([
  ['an unknown field', '/api/v1/backups', { ...backup, compess: true }, /"compess" is unknown/],
  ['who asks is not for the client to say', '/api/v1/backups', { ...backup, by: 'root' }, /"by" is unknown/],
  ['a wrong type', '/api/v1/backups', { database: 5 }, /"database": expected string/],
  ['a wrong word', '/api/v1/validations', { filename: 'a', level: 'deep' }, /"level"/],
  ['not an object', '/api/v1/backups', [1], /expected object/],
  ['malformed JSON', '/api/v1/backups', '{', /not valid JSON/],
  ['prototype poisoning', '/api/v1/backups', '{"__proto__": {"x": 1}}', /not valid JSON/],
  [
    'a body where there is none',
    '/api/v1/restores/0190b0a0-0000-7000-8000-000000000009/undo',
    { x: 1 },
    /takes no body/,
  ],
  ['a run that is no id', '/api/v1/runs/abc/cancel', {}, /path.*"run"/],
])('%s is refused with one sentence', async (_name, url, payload, detail) => {
  const response = await gateway.call('POST', url, payload, { 'content-type': 'application/json' });
  expect(response.statusCode).toBe(400);
  expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect(response.json()).toEqual({
    type: 'urn:holdfast:error:invalid_request',
    title: expect.any(String),
    status: 400,
    code: 'invalid_request',
    detail: expect.stringMatching(detail),
    instance: response.headers['x-request-id'],
  });
  expect(gateway.memory.published).toEqual([]);
});

test.each([
  ['an unknown parameter', 'GET', '/api/v1/runs?stat=failed', 400, 'invalid_request'],
  ['a form where JSON is wanted', 'POST', '/api/v1/backups', 400, 'invalid_request'],
  ['a broken escape', 'GET', '/api/v1/backups/%zz', 400, 'invalid_request'],
  ['no such route', 'GET', '/api/v2/backups', 404, 'route_not_found'],
  ['no such run', 'GET', '/api/v1/runs/0190b0a0-0000-7000-8000-000000000009', 404, 'run_not_found'],
  [
    'no such run to watch',
    'GET',
    '/api/v1/runs/0190b0a0-0000-7000-8000-000000000009/progress',
    404,
    'run_not_found',
  ],
] as const)('%s', async (_name, method, url, status, code) => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const response = await gateway.call(
    method,
    url,
    method === 'POST' ? 'database=app' : undefined,
    method === 'POST' ? form : {},
  );
  expect(response.statusCode).toBe(status);
  expect(response.json()).toMatchObject({ code, status });
});

test('another media type is refused', async () => {
  const response = await gateway.call('POST', '/api/v1/backups', '<x/>', { 'content-type': 'text/xml' });
  expect(response.statusCode).toBe(400);
  expect(response.json()).toMatchObject({
    code: 'invalid_request',
    detail: expect.stringContaining('Content-Type'),
  });
});

test.each(['/api/v1/backups', '/api/v1/admin/backups'])('an oversized body for %s is 413', async (url) => {
  const response = await gateway.call('POST', url, { description: 'x'.repeat(1_100_000) });
  expect(response.statusCode).toBe(413);
  expect(response.json()).toMatchObject({ code: 'payload_too_large' });
});

test('a defect of ours says nothing of our insides', async () => {
  vi.spyOn(gateway.repository, 'summarize').mockRejectedValue(new Error('secret at /srv/app.ts:12'));
  for (const url of ['/api/v1/backups', '/api/v1/admin/backups']) {
    const response = await gateway.call('GET', url);
    expect(response.statusCode).toBe(500);
    expect(response.body).not.toMatch(/secret|app\.ts|stack/);
    expect(response.json()).toMatchObject({ code: 'internal' });
  }
});

test('metrics count by route, never by file name', async () => {
  await gateway.call('GET', '/api/v1/backups/very-private.sql');
  const { body } = await gateway.call('GET', '/metrics');
  expect(body).toMatch(
    /holdfast_http_requests_total\{method="GET",route="\/api\/v1\/backups\/:filename",status="404",service="api-gateway"\} 1/,
  );
  expect(body).not.toContain('very-private');
});

test('the OpenAPI document is served', async () => {
  const document = (await gateway.app.inject({ url: '/openapi.json' })).json<{
    openapi: string;
    paths: object;
  }>();
  expect(document.openapi).toBe('3.1.0');
  expect(Object.keys(document.paths)).toContain('/api/v1/backups');
});
