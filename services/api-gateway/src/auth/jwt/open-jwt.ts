import { HoldfastError } from '@holdfast/contracts';
import { errors, jwtVerify, type JWTVerifyGetKey, type JWTVerifyOptions } from 'jose';
import type { GatewaySettings } from '../../config.ts';
import type { Caller } from '../caller.ts';
import { callerOfClaims } from './caller-of-claims.ts';
import { openKeySource, type KeySourceOptions } from './key-source.ts';

/** The caller behind a JWT; undefined: it is not valid. Throws identity_unavailable. */
export type JwtVerifier = (token: string) => Promise<Caller | undefined>;

const SECRET_LEAST_BYTES = 32;

/**
 * Undefined without AUTH_JWKS_URL and AUTH_JWT_SECRET. The algorithm is pinned here, by configuration. Throws
 * `invalid_request` for settings that would let strangers in.
 */
export function openJwt(settings: GatewaySettings, keys: KeySourceOptions = {}): JwtVerifier | undefined {
  const { AUTH_JWKS_URL: url, AUTH_JWT_SECRET: secret } = settings;
  if (url === undefined && secret === undefined) return undefined;
  if (url !== undefined && secret !== undefined) refuse('Set AUTH_JWKS_URL or AUTH_JWT_SECRET, not both.');
  const algorithm = settings.AUTH_JWT_ALGORITHM ?? (url === undefined ? 'HS256' : 'RS256');
  if ((algorithm === 'HS256') !== (secret !== undefined)) {
    refuse('AUTH_JWT_ALGORITHM HS256 goes with AUTH_JWT_SECRET; RS256 and ES256 go with AUTH_JWKS_URL.');
  }
  const { AUTH_JWT_ISSUER: issuer, AUTH_JWT_AUDIENCE: audience } = settings;
  if (url !== undefined && (issuer === undefined || audience === undefined)) {
    refuse(
      'AUTH_JWKS_URL needs AUTH_JWT_ISSUER and AUTH_JWT_AUDIENCE: its keys sign the tokens of other applications too.',
    );
  }
  const options: JWTVerifyOptions = {
    algorithms: [algorithm],
    clockTolerance: settings.AUTH_JWT_CLOCK_TOLERANCE / 1_000,
    requiredClaims: ['exp', 'sub'],
    ...(issuer === undefined ? {} : { issuer }),
    ...(audience === undefined ? {} : { audience }),
  };
  const key = url === undefined ? secretKey(secret ?? '') : openKeySource(url, keys);
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, key, options);
      const { sub } = payload;
      return typeof sub === 'string' && sub !== ''
        ? callerOfClaims({ ...payload, sub }, settings)
        : undefined;
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  };
}

function secretKey(secret: string): JWTVerifyGetKey {
  const bytes = new TextEncoder().encode(secret);
  if (bytes.byteLength < SECRET_LEAST_BYTES) {
    refuse(
      `AUTH_JWT_SECRET is shorter than ${SECRET_LEAST_BYTES} bytes and could be guessed; use a longer one.`,
    );
  }
  return () => Promise.resolve(bytes);
}

function refuse(message: string): never {
  throw new HoldfastError('invalid_request', message);
}
