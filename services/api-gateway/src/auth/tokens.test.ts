import { HoldfastError, permissions } from '@holdfast/contracts';
import { expect, test, vi } from 'vitest';
import { memoryBucket } from '../../test/memory-bucket.ts';
import { authenticate, isLoopback } from './authenticate.ts';
import { FIRST_ADMIN, hashOf, newToken, openTokens, TOKEN, type TokenBucket } from './tokens.ts';

const withToken = async () => {
  const bucket: TokenBucket = memoryBucket();
  const token = newToken();
  await bucket.create(hashOf(token), { name: 'anna', role: 'admin', createdAt: '2026-01-01T00:00:00Z' });
  return { bucket, token };
};

test('a new token has its prefix, 256 bits, and is never the same', () => {
  expect(newToken()).toMatch(TOKEN);
  expect(Buffer.from(newToken().slice(3), 'base64url')).toHaveLength(32);
  expect(newToken()).not.toBe(newToken());
});

test('a token is known by its hash alone', async () => {
  const { bucket, token } = await withToken();
  expect(await authenticate({ tokens: openTokens(bucket) }, `Bearer ${token}`)).toMatchObject({
    name: 'anna',
    permissions,
    credential: `token:${hashOf(token).slice(0, 16)}`,
  });
  expect(await authenticate({ tokens: openTokens(bucket) }, `bearer  ${token}`)).toMatchObject({
    name: 'anna',
  });
});

test.each([
  ['no header', undefined],
  ['another scheme', 'Basic YTpi'],
  ['nothing after it', 'Bearer '],
  ['a malformed token', 'Bearer hf_short'],
  ['an unknown token', `Bearer ${newToken()}`],
  ['the marker, by its key', `Bearer ${FIRST_ADMIN}`],
])('%s is refused in the same words', async (_name, header) => {
  const { bucket } = await withToken();
  await bucket.create(FIRST_ADMIN, { firstAdmin: 'x', registered: true });
  await expect(authenticate({ tokens: openTokens(bucket) }, header)).rejects.toMatchObject({
    code: 'unauthorized',
    message: expect.stringContaining('No valid token came with the request'),
  });
});

test('malformed and unknown tokens cost the same look-up', async () => {
  const { bucket } = await withToken();
  const get = vi.spyOn(bucket, 'get');
  const tokens = openTokens(bucket);
  await expect(authenticate({ tokens }, 'Bearer x')).rejects.toThrow('No valid token');
  await expect(authenticate({ tokens }, `Bearer ${newToken()}`)).rejects.toThrow('No valid token');
  expect(get.mock.calls.map(([key]) => key.length)).toEqual([64, 64]);
});

test('a revoked token is refused after five seconds at most', async () => {
  const { bucket, token } = await withToken();
  let now = 0;
  const tokens = openTokens(bucket, () => now);
  expect(await tokens.callerOf(token)).toBeDefined();
  await bucket.remove(hashOf(token));
  now = 4_999;
  expect(await tokens.callerOf(token)).toBeDefined();
  now = 5_000;
  expect(await tokens.callerOf(token)).toBeUndefined();
});

test('while the bus is away a known token holds and an unknown one is not judged', async () => {
  const { bucket, token } = await withToken();
  let now = 0;
  const tokens = openTokens(bucket, () => now);
  await tokens.callerOf(token);
  now = 60_000;
  vi.spyOn(bucket, 'get').mockRejectedValue(new HoldfastError('bus_unavailable', 'NATS cannot be reached.'));
  expect(await tokens.callerOf(token)).toMatchObject({ name: 'anna' });
  await expect(tokens.callerOf(newToken())).rejects.toMatchObject({ code: 'bus_unavailable' });
});

test.each([
  ['127.0.0.1', true],
  ['127.8.8.8', true],
  ['::1', true],
  ['localhost', true],
  ['0.0.0.0', false],
  ['::', false],
  ['10.0.0.1', false],
  ['127.0.0.1.example', false],
])('%s on loopback: %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});
