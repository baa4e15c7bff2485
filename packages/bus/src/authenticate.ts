import { readFile } from 'node:fs/promises';
import { HoldfastError } from '@holdfast/contracts';
import { credsAuthenticator, nkeyAuthenticator, nkeys, type Authenticator } from 'nats';
import type { Credentials } from './bus.ts';

/** Proves who we are to NATS. Undefined: nobody, which only an open server accepts. */
export async function authenticate(credentials: Credentials | undefined): Promise<Authenticator | undefined> {
  if (!credentials) return undefined;
  if ('credsFile' in credentials) {
    try {
      return credsAuthenticator(await readFile(credentials.credsFile));
    } catch (cause) {
      throw new HoldfastError(
        'invalid_request',
        `Cannot read the NATS credentials ${credentials.credsFile}; check the path and its rights.`,
        { cause },
      );
    }
  }
  const seed = new TextEncoder().encode(credentials.nkeySeed);
  try {
    nkeys.fromSeed(seed);
  } catch (cause) {
    throw new HoldfastError(
      'invalid_request',
      'The nkey seed for NATS is damaged: it must be one line that begins with SU.',
      { cause },
    );
  }
  return nkeyAuthenticator(seed);
}
