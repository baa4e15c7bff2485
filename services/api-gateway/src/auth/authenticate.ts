import { HoldfastError } from '@holdfast/contracts';
import type { Caller } from './caller.ts';
import type { JwtVerifier } from './jwt/open-jwt.ts';
import type { Tokens } from './tokens.ts';

export type Credentials = { readonly tokens: Tokens; readonly jwt?: JwtVerifier | undefined };

/** What stands behind "Bearer "; undefined: nothing does. */
export const bearerOf = (authorization: string | undefined): string | undefined =>
  /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];

/** Three parts of base64url. */
const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/**
 * The caller behind an Authorization header. Missing, malformed, expired and unknown ones get the same words; what is no
 * JWT gets the same work as a token. Throws bus_unavailable, identity_unavailable.
 */
export async function authenticate(
  { tokens, jwt }: Credentials,
  authorization: string | undefined,
): Promise<Caller> {
  const credential = bearerOf(authorization);
  if (credential !== undefined) {
    const caller = await (jwt && JWT.test(credential) ? jwt(credential) : tokens.callerOf(credential));
    if (caller) return caller;
  }
  throw new HoldfastError(
    'unauthorized',
    'No valid token came with the request; send "Authorization: Bearer hf_…". The first one is in the admin token file.',
  );
}

/** Whether only this machine can reach an address. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
