import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { driveGateway } from '../../test/driver.ts';
import { gatewaySettings } from '../config.ts';
import { readTls } from './tls.ts';

let folder: string;
let cert: string;
let key: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hf-tls-'));
  cert = join(folder, 'cert.pem');
  key = join(folder, 'key.pem');
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
      .concat(subject)
      .concat(['-keyout', key, '-out', cert]),
    { stdio: 'ignore' },
  );
});
afterAll(() => rm(folder, { recursive: true }));

const settingsOf = (env: Record<string, string>) => gatewaySettings.parse(env);

test('with a certificate of its own it speaks HTTPS, and nothing older than TLS 1.2', async () => {
  const settings = settingsOf({ HOLDFAST_TLS_CERT_FILE: cert, HOLDFAST_TLS_KEY_FILE: key });
  const gateway = await driveGateway({ change: { settings } });
  try {
    const url = new URL(await gateway.app.listen({ host: '127.0.0.1', port: 0 }));
    expect(url.protocol).toBe('https:');
    const ca = await readFile(cert);
    const status = await new Promise<number | undefined>((resolve, reject) => {
      request(new URL('/healthz', url), { ca, agent: false }, (response) => {
        response.resume().once('end', () => resolve(response.statusCode));
      })
        .once('error', reject)
        .end();
    });
    expect(status).toBe(200);
    const old = { host: '127.0.0.1', port: Number(url.port), ca, maxVersion: 'TLSv1.1' } as const;
    const refused = new Promise((resolve, reject) => {
      connect(old, () => resolve('taken')).once('error', reject);
    });
    await expect(refused).rejects.toThrow();
  } finally {
    await gateway.app.close();
  }
});

test('one without the other, and a file that cannot be read, are told', async () => {
  await expect(readTls(settingsOf({ HOLDFAST_TLS_CERT_FILE: cert }))).rejects.toThrow(/both, or neither/);
  const missing = { HOLDFAST_TLS_CERT_FILE: join(folder, 'nowhere.pem'), HOLDFAST_TLS_KEY_FILE: key };
  await expect(readTls(settingsOf(missing))).rejects.toThrow(/nowhere\.pem cannot be read/);
  expect(await readTls(settingsOf({}))).toBeUndefined();
});
