import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { roles } from '@holdfast/contracts';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type CryptoKey, type JWK } from 'jose';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { gatewaySettings } from '../../config.ts';
import { openJwt } from './open-jwt.ts';

const ISSUER = 'https://id.example.com';
const AUDIENCE = 'holdfast';

let server: Server;
let url = '';
let keys: JWK[] = [];
let isDown = false;
let asked = 0;
beforeEach(async () => {
  [keys, isDown, asked] = [[], false, 0];
  server = createServer((_request, response) => {
    asked += 1;
    response.writeHead(isDown ? 503 : 200, { 'content-type': 'application/json' });
    response.end(isDown ? 'down' : JSON.stringify({ keys }));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a TCP server has one
  url = `http://127.0.0.1:${port}/jwks`;
});
afterEach(() => new Promise((resolve) => void server.close(resolve)));

async function newKey(kid: string, alg: 'RS256' | 'ES256' = 'RS256'): Promise<CryptoKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  keys.push({ ...(await exportJWK(publicKey)), kid, alg, use: 'sig' });
  return privateKey;
}

type Fields = {
  kid?: string;
  alg?: string;
  claims?: object;
  issuer?: string;
  audience?: string;
  exp?: number;
};
const NOW = Math.floor(Date.now() / 1_000);

const sign = (key: CryptoKey | Uint8Array, fields: Fields = {}): Promise<string> => {
  const {
    kid = 'k1',
    alg = 'RS256',
    claims = { role: 'admin' },
    issuer = ISSUER,
    audience = AUDIENCE,
  } = fields;
  return new SignJWT({ sub: 'ann', ...claims })
    .setProtectedHeader({ alg, kid })
    .setIssuer(issuer)
    .setAudience(audience)
    .setExpirationTime(fields.exp ?? NOW + 600)
    .sign(key);
};

const settings = (fields: object = {}) =>
  gatewaySettings.parse({
    AUTH_JWKS_URL: url,
    AUTH_JWT_ISSUER: ISSUER,
    AUTH_JWT_AUDIENCE: AUDIENCE,
    ...fields,
  });
const open = (fields: object = {}, cooldownMs = 0) => {
  const verify = openJwt(settings(fields), { cooldownMs });
  if (!verify) throw new Error('not configured');
  return verify;
};

test('a token of the provider, its role mapped', async () => {
  const verify = open();
  expect(await verify(await sign(await newKey('k1')))).toMatchObject({
    name: 'ann',
    credential: 'jwt:ann',
    permissions: roles.admin,
  });
  expect(asked).toBe(1);
});

test('ES256 where it is configured', async () => {
  const key = await newKey('k1', 'ES256');
  expect(await open({ AUTH_JWT_ALGORITHM: 'ES256' })(await sign(key, { alg: 'ES256' }))).toBeDefined();
  expect(await open()(await sign(key, { alg: 'ES256' }))).toBeUndefined();
});

test.each<[string, Fields]>([
  ['another issuer', { issuer: 'https://evil.example.com' }],
  ['another audience', { audience: 'shop' }],
  ['expired beyond the tolerance', { exp: NOW - 120 }],
  ['not valid yet', { claims: { role: 'admin', nbf: NOW + 600 } }],
  ['an empty subject', { claims: { role: 'admin', sub: '' } }],
  ['a key that is not there', { kid: 'k9' }],
])('%s is refused', async (_name, fields) => {
  expect(await open()(await sign(await newKey('k1'), fields))).toBeUndefined();
});

test('clocks may be a little apart', async () => {
  expect(await open()(await sign(await newKey('k1'), { exp: NOW - 10 }))).toBeDefined();
});

test('no signature, the public key as a secret, and a changed payload are refused', async () => {
  const key = await newKey('k1');
  const verify = open();
  const whole = await sign(key);
  const [head = '', , signature = ''] = whole.split('.');
  const payload = Buffer.from(JSON.stringify({ sub: 'eve', role: 'admin', exp: NOW + 600 })).toString(
    'base64url',
  );
  const confused = await sign(new TextEncoder().encode(JSON.stringify(keys[0])), { alg: 'HS256' });
  const unsigned = new UnsecuredJWT({ sub: 'ann', role: 'admin' })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setExpirationTime(NOW + 600)
    .encode();
  for (const token of [
    `${head}.${payload}.${signature}`,
    confused,
    unsigned,
    `${head}..${signature}`,
    'a.b.c',
  ]) {
    expect(await verify(token)).toBeUndefined();
  }
});

test('a rotated key is fetched when it is first seen', async () => {
  const verify = open();
  await verify(await sign(await newKey('k1')));
  keys = [];
  const next = await newKey('k2');
  expect(await verify(await sign(next, { kid: 'k2' }))).toBeDefined();
  expect(asked).toBe(2);
});

test('unknown key ids do not make us ask each time', async () => {
  const verify = open({}, 60_000);
  const key = await newKey('k1');
  for (const kid of ['k1', 'x1', 'x2', 'x3']) await verify(await sign(key, { kid }));
  expect(asked).toBe(1);
});

test('the endpoint down: known keys hold, and with none nobody is let in nor refused', async () => {
  isDown = true;
  const key = await newKey('k1');
  const verify = open();
  await expect(verify(await sign(key))).rejects.toMatchObject({ code: 'identity_unavailable' });
  isDown = false;
  expect(await verify(await sign(key))).toBeDefined();
  isDown = true;
  expect(await verify(await sign(key))).toBeDefined();
  expect(await verify(await sign(await newKey('k2'), { kid: 'k2' }))).toBeUndefined();
});

const SECRET = 's'.repeat(32);

test("HS256 with a secret, as an existing app's admins come", async () => {
  const verify = openJwt(gatewaySettings.parse({ AUTH_JWT_SECRET: SECRET }));
  const bytes = new TextEncoder().encode(SECRET);
  expect(await verify?.(await sign(bytes, { alg: 'HS256' }))).toMatchObject({ name: 'ann' });
  const other = new TextEncoder().encode('t'.repeat(32));
  expect(await verify?.(await sign(other, { alg: 'HS256' }))).toBeUndefined();
});

test.each([
  ['a short secret', { AUTH_JWT_SECRET: 'short' }, /shorter than 32/],
  ['both', { AUTH_JWT_SECRET: SECRET, AUTH_JWKS_URL: 'https://x' }, /not both/],
  ['no issuer', { AUTH_JWKS_URL: 'https://x' }, /AUTH_JWT_ISSUER/],
  ['a secret for RS256', { AUTH_JWT_SECRET: SECRET, AUTH_JWT_ALGORITHM: 'RS256' }, /goes with/],
])('settings that would let strangers in are refused: %s', (_name, fields, problem) => {
  expect(() => openJwt(gatewaySettings.parse(fields))).toThrow(problem);
});

test('without settings there are no JWTs', () => {
  expect(openJwt(gatewaySettings.parse({}))).toBeUndefined();
});
