import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient, type Client } from './client.ts';

// What fetch really sends, seen by a server: a change with If-Match, and the answers to one that came too late.

type Received = {
  readonly line: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
};
const received: Received[] = [];
let answer: { readonly status: number; readonly body: unknown } = { status: 200, body: {} };
const server = createServer((request, response) => {
  let text = '';
  request.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  request.on('end', () => {
    received.push({
      line: `${request.method} ${request.url}`,
      headers: request.headers,
      body: text === '' ? undefined : JSON.parse(text),
    });
    response
      .writeHead(answer.status, { 'content-type': 'application/json' })
      .end(JSON.stringify(answer.body));
  });
});
let client: Client;
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on TCP
  client = createClient({ url: `http://127.0.0.1:${port}/`, token: 'hf_secret' });
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const policy = { maxAgeMs: 2_592_000_000, timezone: 'UTC', minimumRedundancy: 1 };
const stored = { database: 'app', policy, source: 'stored', version: '8' };

test('PUT: path, body and If-Match arrive as they were meant', async () => {
  answer = { status: 200, body: stored };
  const view = await client.putPolicy(
    { policy: 'app', maxAgeMs: 2_592_000_000 },
    { headers: { 'if-match': '"7"' }, idempotencyKey: 'once' },
  );
  expect(view).toMatchObject({ database: 'app', version: '8' });
  expect(received.at(-1)).toMatchObject({
    line: 'PUT /api/v1/policies/app',
    body: { maxAgeMs: 2_592_000_000 },
    headers: {
      authorization: 'Bearer hf_secret',
      'content-type': 'application/json',
      'if-match': '"7"',
      'idempotency-key': 'once',
    },
  });
});

test('a name with a slash stays one segment', async () => {
  answer = { status: 404, body: { code: 'policy_not_found', detail: 'No such policy.' } };
  await expect(client.putPolicy({ policy: 'a/../b' })).rejects.toMatchObject({ code: 'policy_not_found' });
  expect(received.at(-1)?.line).toBe('PUT /api/v1/policies/a%2F..%2Fb');
});

test('somebody else was faster: version_conflict, not internal', async () => {
  answer = { status: 412, body: { code: 'version_conflict', detail: 'Somebody else changed it.' } };
  await expect(client.putPolicy({ policy: 'app' })).rejects.toMatchObject({
    code: 'version_conflict',
    message: 'Somebody else changed it.',
  });
});
