import { readFile } from 'node:fs/promises';
import { HoldfastError } from '@holdfast/contracts';
import type { GatewaySettings } from '../config.ts';

export type Tls = { readonly cert: Buffer; readonly key: Buffer; readonly minVersion: 'TLSv1.2' };

/** Certificate and key, when the gateway is to speak HTTPS itself. Throws `invalid_request` for one without the other. */
export async function readTls(settings: GatewaySettings): Promise<Tls | undefined> {
  const { HOLDFAST_TLS_CERT_FILE: cert, HOLDFAST_TLS_KEY_FILE: key } = settings;
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) {
    throw new HoldfastError(
      'invalid_request',
      'Set HOLDFAST_TLS_CERT_FILE and HOLDFAST_TLS_KEY_FILE both, or neither.',
    );
  }
  return { cert: await read(cert), key: await read(key), minVersion: 'TLSv1.2' };
}

async function read(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    const message = `${file} cannot be read; HOLDFAST_TLS_CERT_FILE and HOLDFAST_TLS_KEY_FILE name PEM files.`;
    throw new HoldfastError('invalid_request', message, { cause });
  }
}
