import { connect } from 'node:net';
import { readFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, createMetrics } from '@holdfast/service-kit';
import { afterEach, expect, test } from 'vitest';
import { driveGateway, type Driver } from '../../test/driver.ts';
import { buildApp } from '../app.ts';
import { newToken } from '../auth/tokens.ts';
import { gatewaySettings } from '../config.ts';

const open: Driver[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.app.close();
});
const drive = async (env: Record<string, string> = {}, change: object = {}): Promise<Driver> => {
  const gateway = await driveGateway({ change: { settings: gatewaySettings.parse(env), ...change } });
  open.push(gateway);
  return gateway;
};

test('answers tell browsers to do nothing with them, and nobody to keep them', async () => {
  const { headers } = await (await drive()).app.inject({ url: '/healthz' });
  expect(headers).toMatchObject({
    'content-security-policy': "default-src 'none';frame-ancestors 'none';base-uri 'none';form-action 'none'",
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  });
  expect(headers).not.toHaveProperty('strict-transport-security');
  expect(headers).not.toHaveProperty('x-powered-by');
});

test('pages of other origins may ask nothing, unless named', async () => {
  const origin = 'https://console.example.com';
  const ask = (gateway: Driver, from: string) =>
    gateway.app.inject({
      method: 'OPTIONS',
      url: '/api/v1/backups',
      headers: { origin: from, 'access-control-request-method': 'POST' },
    });
  const closed = await ask(await drive(), origin);
  expect(closed.headers).not.toHaveProperty('access-control-allow-origin');
  const named = await drive({ HOLDFAST_CORS_ORIGINS: origin });
  expect((await ask(named, origin)).headers['access-control-allow-origin']).toBe(origin);
  for (const other of ['https://evil.example.com', 'https://console.example.com.evil.org', 'null']) {
    expect((await ask(named, other)).headers['access-control-allow-origin']).not.toBe(other);
  }
  expect((await ask(named, origin)).headers).not.toHaveProperty('access-control-allow-credentials');
});

test('a credential has so many calls a minute, then waits', async () => {
  const gateway = await drive({ HOLDFAST_RATE_LIMIT: '5' });
  const statuses: number[] = [];
  for (let count = 0; count < 6; count += 1)
    statuses.push((await gateway.call('GET', '/api/v1/runs')).statusCode);
  expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
  const refused = await gateway.call('GET', '/api/v1/runs');
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  expect(refused.json()).toMatchObject({ code: 'rate_limited' });
});

test('an address has twice as many, whoever it says it is', async () => {
  const gateway = await drive({ HOLDFAST_RATE_LIMIT: '5' });
  const ask = (headers: Record<string, string>) => gateway.app.inject({ url: '/healthz', headers });
  for (let count = 0; count < 10; count += 1) {
    expect((await ask({ 'x-forwarded-for': `10.0.0.${count}` })).statusCode).toBe(200);
  }
  expect((await ask({ 'x-forwarded-for': '10.0.0.99' })).statusCode).toBe(429);
});

test('behind a proxy that is trusted, and only there, the address is the one it tells', async () => {
  const gateway = await drive({
    HOLDFAST_RATE_LIMIT: '1',
    HOLDFAST_TRUSTED_PROXIES: '127.0.0.1, 10.9.0.0/16',
  });
  const ask = (remoteAddress: string, from: string) =>
    gateway.app.inject({ url: '/healthz', remoteAddress, headers: { 'x-forwarded-for': from } });
  for (const from of ['192.0.2.1', '192.0.2.2', '192.0.2.3']) {
    expect((await ask('127.0.0.1', from)).statusCode).toBe(200);
  }
  const strangers = [];
  for (const from of ['192.0.2.4', '192.0.2.5', '192.0.2.6']) {
    strangers.push((await ask('203.0.113.7', from)).statusCode);
  }
  expect(strangers).toEqual([200, 200, 429]);
});

test('who guesses is locked out by his address, and let in again after a while; others are not', async () => {
  let time = Date.now();
  const gateway = await drive({}, { now: () => new Date(time) });
  const guess = (remoteAddress: string) =>
    gateway.app.inject({
      url: '/api/v1/runs',
      remoteAddress,
      headers: { authorization: `Bearer ${newToken()}` },
    });
  const statuses = new Set<number>();
  for (let count = 0; count < 20; count += 1) statuses.add((await guess('10.0.0.1')).statusCode);
  expect([...statuses]).toEqual([401]);
  const locked = await guess('10.0.0.1');
  expect([locked.statusCode, locked.headers['retry-after']]).toEqual([429, '30']);
  expect((await guess('10.0.0.2')).statusCode).toBe(401);
  expect((await gateway.call('GET', '/api/v1/runs')).statusCode).toBe(200);
  time += 30_000;
  expect((await guess('10.0.0.1')).statusCode).toBe(401);
  expect((await guess('10.0.0.1')).statusCode).toBe(429);
});

test('a token that was good of late is not locked out with its neighbours', async () => {
  const gateway = await drive();
  await gateway.call('GET', '/api/v1/runs');
  for (let count = 0; count < 25; count += 1) {
    await gateway.app.inject({ url: '/api/v1/runs', headers: { authorization: `Bearer ${newToken()}` } });
  }
  expect((await gateway.call('GET', '/api/v1/runs')).statusCode).toBe(200);
});

test('a request that never ends is ended, and hinders nobody', async () => {
  const gateway = await drive();
  const app = await buildApp({ ...gateway.deps, metrics: createMetrics('api-gateway') }, 300);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const port = Number(new URL(url).port);
  const slow = Array.from({ length: 20 }, (_, index) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    const { authorization } = gateway.authorization;
    const head = `POST /api/v1/backups HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization}\r\n`;
    const body = 'content-type: application/json\r\ncontent-length: 1000\r\n\r\n{';
    socket.write(index % 2 === 0 ? head + body : head);
    return new Promise<void>((resolve) => void socket.once('close', () => resolve()).resume());
  });
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  await Promise.all(slow.filter((_, index) => index % 2 === 0));
  await app.close();
  await Promise.all(slow);
});

test.each([
  ['/api/v1/backups/..%2f..%2fetc%2fpasswd', 400],
  ['/api/v1/backups/%2e%2e%2f%2e%2e%2fetc%2fpasswd/data', 400],
  ['/api/v1/backups/..%5c..%5cwindows', 400],
  ['/api/v1/backups/%252e%252e%252fetc%252fpasswd', 404],
  ['/api/v1/backups/a%00.sql', 400],
  ['/api/v1/backups/%E0%A4%A', 400],
  ['/api/v1/admin/backups/download/..%2f..%2fetc%2fpasswd', 400],
  ['/api/v1/admin/backups/download/%2fetc%2fpasswd', 400],
  ['/api/v1/backups/../../etc/passwd', 404],
  ['//api/v1/backups', 404],
  ['/api/v1/backups;x=1', 404],
  ['/api/v1//backups', 404],
  ['/API/v1/backups', 404],
  ['/api/v1/backups/', 400],
])('%s is a name that leads nowhere', async (url, status) => {
  const gateway = await drive();
  const response = await gateway.call('GET', url);
  expect([url, response.statusCode]).toEqual([url, status]);
  expect(response.body).not.toMatch(/root:|\/etc\/|node_modules|at .*\.ts/);
});

const raw = (port: number, bytes: string): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    let answer = '';
    socket.on('data', (data) => (answer += data.toString()));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(answer));
  });

test.each([
  ['two lengths', 'content-length: 5\r\ncontent-length: 6\r\n\r\nhello!'],
  [
    'length and chunks',
    'content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n',
  ],
  ['chunks with a space', 'transfer-encoding : chunked\r\n\r\n0\r\n\r\n'],
  ['a folded header', 'x: a\r\n b: c\r\n\r\n'],
  ['a bare line feed in a header', 'x: a\nauthorization: Bearer x\r\n\r\n'],
])('requests that two servers could read differently are refused: %s', async (_name, rest) => {
  const gateway = await drive();
  const url = await gateway.app.listen({ host: '127.0.0.1', port: 0 });
  const head = 'POST /api/v1/backups HTTP/1.1\r\nhost: x\r\nconnection: close\r\n';
  const answer = await raw(Number(new URL(url).port), head + rest);
  expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
  expect(answer.match(/^HTTP\/1\.1 /gm)).toHaveLength(1);
  expect(gateway.memory.published).toEqual([]);
});

test('headers of proxies change neither the route nor who calls', async () => {
  const gateway = await drive();
  const response = await gateway.app.inject({
    url: '/healthz',
    headers: {
      'x-original-url': '/api/v1/backups',
      'x-rewrite-url': '/api/v1/backups',
      'x-http-method-override': 'DELETE',
      'x-forwarded-user': 'admin',
    },
  });
  expect(response.json()).toEqual({ status: 'ok' });
});

test('the log names no secret', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-log-'));
  const file = join(folder, 'log');
  const gateway = await drive(
    {},
    { log: createLogger({ service: 'api-gateway', level: 'trace', destination: file }) },
  );
  const token = gateway.authorization.authorization.slice('Bearer '.length);
  const guessed = newToken();
  await gateway.call('GET', `/api/v1/backups/${token}`);
  await gateway.app.inject({
    url: `/api/v1/backups?token=${guessed}`,
    headers: { authorization: `Bearer ${guessed}`, cookie: `session=${guessed}` },
  });
  const made = await gateway.call('POST', '/api/v1/tokens', { name: 'x', grants: [{ role: 'viewer' }] });
  await expect.poll(() => readFile(file, 'utf8')).toContain('/api/v1/tokens');
  const log = await readFile(file, 'utf8');
  expect(log).not.toContain(token);
  expect(log).not.toContain(guessed);
  expect(log).not.toContain(made.json<{ token: string }>().token);
  await rm(folder, { recursive: true });
});
