import { HoldfastError } from '@holdfast/contracts';
import type { Caller } from './caller.ts';
import type { Tokens } from './tokens.ts';

export type Guard = { readonly tokens: Tokens; readonly onLoopback: boolean };

/**
 * The caller behind an Authorization header. Missing, malformed and unknown tokens get the same words, and the last two
 * the same work.
 */
export async function authenticate(tokens: Tokens, authorization: string | undefined): Promise<Caller> {
  const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  const caller = token === undefined ? undefined : await tokens.callerOf(token);
  if (caller) return caller;
  throw new HoldfastError(
    'unauthorized',
    'No valid token came with the request; send "Authorization: Bearer hf_…". The first one is in the admin token file.',
  );
}

/** Whether only this machine can reach an address. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
