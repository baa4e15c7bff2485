import { afterEach, beforeEach, expect, test } from 'vitest';
import { RUN } from '../../test/builders.ts';
import { CONTENT, store } from '../../test/fake-worker.ts';
import { testGateway, type TestGateway } from '../../test/gateway.ts';
import { memoryBus } from '../../test/memory-bus.ts';

let gateway: TestGateway;
let filename = '';
let etag = '';
beforeEach(async () => {
  const bus = memoryBus();
  gateway = await testGateway({ connect: () => Promise.resolve(bus) });
  const { backup } = await store(gateway.repository, {
    subject: RUN,
    database: 'app',
    time: '2026-01-01T00:00:00Z',
  });
  ({ filename } = backup);
  etag = `"${backup.sha256}"`;
});
afterEach(() => gateway.app.close());

const get = (headers: Record<string, string> = {}, method: 'GET' | 'HEAD' = 'GET') =>
  gateway.app.inject({
    method,
    url: `/api/v1/backups/${filename}/data`,
    headers: { ...gateway.authorization, ...headers },
  });

test('the whole file, with everything a client needs to resume and to check', async () => {
  const response = await get();
  expect(response.statusCode).toBe(200);
  expect(response.rawPayload.equals(CONTENT)).toBe(true);
  expect(response.headers).toMatchObject({
    'content-length': '10000',
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename="${filename}"; filename*=UTF-8''${filename}`,
    'accept-ranges': 'bytes',
    etag,
  });
});

test.each([
  ['bytes=0-9', '0123456789', 'bytes 0-9/10000'],
  ['bytes=9995-', '56789', 'bytes 9995-9999/10000'],
  ['bytes=-3', '789', 'bytes 9997-9999/10000'],
])('%s', async (range, body, contentRange) => {
  const response = await get({ range });
  expect(response.statusCode).toBe(206);
  expect(response.body).toBe(body);
  expect(response.headers).toMatchObject({
    'content-range': contentRange,
    'content-length': String(body.length),
  });
});

test('a range past the end is 416 and tells the size', async () => {
  const response = await get({ range: 'bytes=10000-' });
  expect(response.statusCode).toBe(416);
  expect(response.headers['content-range']).toBe('bytes */10000');
  expect(response.json()).toMatchObject({ code: 'range_not_satisfiable' });
});

test.each([
  ['the same file goes on', () => etag, 206],
  ['another file begins anew', () => '"other"', 200],
])('If-Range: %s', async (_name, tag, status) => {
  expect((await get({ range: 'bytes=0-9', 'if-range': tag() })).statusCode).toBe(status);
});

test('If-None-Match spares the bytes', async () => {
  const response = await get({ 'if-none-match': etag });
  expect(response.statusCode).toBe(304);
  expect(response.body).toBe('');
});

test('HEAD tells the size and sends nothing', async () => {
  const response = await get({}, 'HEAD');
  expect(response.statusCode).toBe(200);
  expect(response.headers).toMatchObject({ 'content-length': '10000', etag });
  expect(response.body).toBe('');
});

test('a manifest without its data is refused', async () => {
  await gateway.repository.storage.remove(`app/${filename}`);
  const response = await get();
  expect(response.statusCode).toBe(422);
  expect(response.json()).toMatchObject({ code: 'data_missing' });
});

test('a file that is shorter than its manifest says is refused, not sent', async () => {
  const key = `app/${filename}`;
  await gateway.repository.storage.remove(key);
  await gateway.repository.storage.createIfAbsent(key, CONTENT.subarray(1));
  const response = await get();
  expect(response.statusCode).toBe(422);
  expect(response.json()).toMatchObject({ code: 'archive_truncated' });
});

test.each([
  ['..%2F..%2Fetc%2Fpasswd'],
  ['%2Fetc%2Fpasswd'],
  ['..'],
  ['.hidden'],
  ['a%00b'],
  ['a%0d%0ab'],
  ['..%5C..%5Cboot.ini'],
])('the name %s is refused as a path', async (name) => {
  for (const url of [
    `/api/v1/backups/${name}/data`,
    `/api/v1/admin/backups/download/${name}`,
    `/api/v1/backups/${name}`,
  ]) {
    const response = await gateway.app.inject({ url, headers: gateway.authorization });
    // A bare ".." never arrives as a name: the address itself is another one then.
    expect([400, 404]).toContain(response.statusCode);
    expect(['path_refused', 'route_not_found']).toContain(response.json<{ code: string }>().code);
  }
});

test('a name of 300 letters and one in Unicode are answered, not broken', async () => {
  const long = await gateway.app.inject({
    url: `/api/v1/backups/${'x'.repeat(300)}`,
    headers: gateway.authorization,
  });
  expect(long.statusCode).toBe(400);
  const unicode = await gateway.app.inject({
    url: `/api/v1/backups/${encodeURIComponent('日本語.sql')}`,
    headers: gateway.authorization,
  });
  expect(unicode.json()).toMatchObject({
    code: 'backup_not_found',
    detail: expect.stringContaining('日本語.sql'),
  });
});
