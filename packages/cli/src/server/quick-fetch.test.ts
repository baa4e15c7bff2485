import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { quickFetch } from './quick-fetch.ts';

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  open.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on a port
}

/** Answers what it was sent, as JSON. */
const echo: RequestListener = (request, response) => {
  let body = '';
  request.setEncoding('utf8').on('data', (piece: string) => (body += piece));
  request.on('end', () => {
    const { method, url, headers } = request;
    response.writeHead(url === '/missing' ? 404 : 200, {
      'content-type': url === '/missing' ? 'application/problem+json' : 'application/json; charset=utf-8',
      'x-request-id': '7',
    });
    response.end(JSON.stringify({ method, url, body, authorization: headers['authorization'] }));
  });
};

test('JSON is sent and comes back, with its status and its headers', async () => {
  const url = await serve(echo);
  const headers = { authorization: 'Bearer hf_x', 'content-type': 'application/json' };
  const sent = { method: 'POST', headers, body: '{"größe":1}' };
  const answer = await quickFetch(`${url}/things?a=1`, sent);
  expect([answer.ok, answer.status, answer.headers.get('x-request-id')]).toEqual([true, 200, '7']);
  const expected = {
    method: 'POST',
    url: '/things?a=1',
    body: '{"größe":1}',
    authorization: 'Bearer hf_x',
  };
  expect(await answer.json()).toEqual(expected);
  const missing = await quickFetch(`${url}/missing`);
  expect([missing.ok, missing.status]).toEqual([false, 404]);
  expect(JSON.parse(await missing.text())).toMatchObject({ method: 'GET' });
});

test('anything else is a Response like that of the built-in fetch', async () => {
  const url = await serve((request, response) => {
    if (request.url === '/nothing') response.writeHead(204).end();
    else response.writeHead(206, { 'content-type': 'text/event-stream', etag: '"1"' }).end('data: 1\n\n');
  });
  const events = await quickFetch(url);
  expect(events).toBeInstanceOf(Response);
  expect([events.status, events.headers.get('etag'), await events.text()]).toEqual([
    206,
    '"1"',
    'data: 1\n\n',
  ]);
  const nothing = await quickFetch(`${url}/nothing`);
  expect([nothing.status, nothing.body]).toEqual([204, null]);
});

test('forms and redirections are left to the built-in fetch', async () => {
  const url = await serve((request, response) => {
    if (request.url === '/old') response.writeHead(307, { location: '/new' }).end();
    else echo(request, response);
  });
  const moved = await quickFetch(`${url}/old`, { method: 'POST', body: 'x' });
  expect(await moved.json()).toMatchObject({ method: 'POST', url: '/new', body: 'x' });
  const form = new FormData();
  form.set('description', 'x');
  const sent = await quickFetch(`${url}/form`, { method: 'POST', body: form });
  expect(await sent.json()).toMatchObject({
    body: expect.stringContaining('name="description"'),
  });
});

describe('failures', () => {
  test('nobody listens: the cause says so, as that of the built-in fetch', async () => {
    await expect(quickFetch('http://127.0.0.1:1/')).rejects.toMatchObject({
      message: 'fetch failed',
      cause: { code: 'ECONNREFUSED' },
    });
  });

  test('an answer that breaks off is an error when it is read', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
      response.write('{"a":', () => response.destroy());
    });
    const answer = await quickFetch(url);
    await expect(answer.json()).rejects.toThrow(/aborted/);
  });

  test('an abort gives its reason, before the answer and while it comes', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/late') return;
      response.writeHead(200, { 'content-type': 'text/plain' });
      response.write('begun');
    });
    const stop = new AbortController();
    const late = quickFetch(`${url}/late`, { signal: stop.signal });
    const begun = await quickFetch(url, { signal: stop.signal });
    const reading = begun.text();
    const reason = new Error('enough');
    stop.abort(reason);
    await expect(late).rejects.toBe(reason);
    await expect(reading).rejects.toThrow();
    await expect(quickFetch(url, { signal: stop.signal })).rejects.toBe(reason);
  });
});
