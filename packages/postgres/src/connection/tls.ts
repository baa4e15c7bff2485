import { readFile } from 'node:fs/promises';
import type { ConnectionOptions } from 'node:tls';
import { PostgresError } from '../postgres-error.ts';
import type { Target } from './target.ts';

/** `optional`: libpq's `prefer` (its default) and `allow`, which go on without TLS when the server has none. */
export type Tls = { readonly optional: boolean; readonly options: ConnectionOptions };

/** What libpq would do for the same parameters, so that our own connections and pg_dump's agree. */
export async function readTls(target: Target): Promise<Tls | undefined> {
  const { sslmode = 'prefer', sslrootcert, sslcert, sslkey } = target.parameters;
  if (target.host.startsWith('/') || sslmode === 'disable') return undefined;
  const certificates: ConnectionOptions = {
    ...(sslrootcert === undefined || sslrootcert === 'system'
      ? {}
      : { ca: await read('sslrootcert', sslrootcert) }),
    ...(sslcert === undefined ? {} : { cert: await read('sslcert', sslcert) }),
    ...(sslkey === undefined ? {} : { key: await read('sslkey', sslkey) }),
  };
  switch (sslmode) {
    case 'allow':
    case 'prefer':
      return { optional: true, options: { ...certificates, rejectUnauthorized: false } };
    case 'require':
      // libpq: a root certificate turns `require` into `verify-ca`.
      return sslrootcert === undefined
        ? { optional: false, options: { ...certificates, rejectUnauthorized: false } }
        : { optional: false, options: { ...certificates, checkServerIdentity: () => undefined } };
    case 'verify-ca':
      return { optional: false, options: { ...certificates, checkServerIdentity: () => undefined } };
    case 'verify-full':
      return { optional: false, options: { ...certificates, host: target.host } };
    default:
      throw new PostgresError(
        'invalid_request',
        `sslmode "${sslmode}" does not exist; use disable, allow, prefer, require, verify-ca or verify-full.`,
      );
  }
}

async function read(parameter: string, path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new PostgresError(
      'invalid_request',
      `${parameter}: ${path} cannot be read; check the path and its rights.`,
      {
        cause,
      },
    );
  }
}
