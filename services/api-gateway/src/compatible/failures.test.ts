import { afterEach, beforeEach, expect, test } from 'vitest';
import { driveGateway, type Driver, type Method } from '../../test/driver.ts';

const AT = '/api/v1/admin/backups';
let gateway: Driver;
beforeEach(async () => {
  gateway = await driveGateway();
});
afterEach(() => gateway.app.close());

const call = (
  method: Method,
  url: string,
  payload?: object | string,
  headers?: Readonly<Record<string, string>>,
) => gateway.call(method, `${AT}${url}`, payload, headers);
const backedUp = (filename: string) => call('POST', '', { filename });

test('an enhanced create whose backup turns out invalid is an error, and says so', async () => {
  gateway.worker.script.validate = 'structure';
  gateway.worker.script.verdict = 'invalid';
  const response = await call('POST', '/enhanced', {});
  expect(response.statusCode).toBe(422);
  expect(response.json()).toMatchObject({
    status: 'error',
    code: 'invalid_backup',
    error: expect.stringContaining('a chunk was changed'),
    data: { success: false, validated: false, filename: expect.stringMatching(/^app_/) },
  });
});

test.each([
  ['create', 'POST', '', {}],
  ['enhanced create', 'POST', '/enhanced', {}],
  ['restore', 'POST', '/restore', { filename: 'there.sql' }],
  ['enhanced restore', 'POST', '/enhanced/restore', { filename: 'there.sql' }],
  ['validate', 'POST', '/validate/there.sql', undefined],
] as const)("%s fails with the run's own code and sentence", async (_name, method, url, payload) => {
  await backedUp('there.sql');
  gateway.worker.script.failure = { code: 'storage_full', message: 'No space left in file:///backups.' };
  const response = await call(method, url, payload);
  expect(response.statusCode).toBe(507);
  expect(response.json()).toEqual({
    status: 'error',
    error: 'No space left in file:///backups.',
    code: 'storage_full',
    run: expect.any(String),
    request_id: expect.any(String),
  });
});

test.each([
  ['malformed JSON', 'POST', '', '{"filename": ', 400, 'invalid_request', /not valid JSON/],
  ['a wrong type', 'POST', '', { filename: 5 }, 400, 'invalid_request', /"filename": expected string/],
  ['a missing field', 'POST', '/restore', {}, 400, 'invalid_request', /"filename"/],
  ['a bad number', 'GET', '/history?limit=many', undefined, 400, 'invalid_request', /query.*"limit"/],
  ['no such backup', 'POST', '/restore', { filename: 'nope.sql' }, 404, 'backup_not_found', /nope\.sql/],
  [
    'no such backup to validate',
    'POST',
    '/validate/nope.sql',
    undefined,
    404,
    'backup_not_found',
    /nope\.sql/,
  ],
  [
    'no such backup to download',
    'GET',
    '/download/nope.sql',
    undefined,
    404,
    'backup_not_found',
    /nope\.sql/,
  ],
  ['a path as name', 'POST', '', { filename: '../../etc/passwd' }, 400, 'path_refused', /file name alone/],
  ['an unknown database', 'POST', '', { database: 'nope' }, 404, 'database_unknown', /there is app/],
  ['no such route', 'GET', '/nothing/here', undefined, 404, 'route_not_found', /GET/],
  ['another method', 'POST', '/status', undefined, 404, 'route_not_found', /POST/],
] as const)('%s is refused in the envelope', async (_name, method, url, payload, status, code, error) => {
  const response = await call(
    method,
    url,
    payload,
    typeof payload === 'string' ? { 'content-type': 'application/json' } : {},
  );
  expect(response.statusCode).toBe(status);
  expect(response.json()).toEqual({
    status: 'error',
    code,
    error: expect.stringMatching(error),
    request_id: expect.any(String),
  });
});

test('a name that is taken is refused', async () => {
  await backedUp('mine.sql');
  const response = await call('POST', '', { filename: 'mine.sql' });
  expect(response.statusCode).toBe(409);
  expect(response.json()).toMatchObject({ status: 'error', code: 'name_taken' });
});
