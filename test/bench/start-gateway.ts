import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { TestNats } from '@holdfast/testing';

const MAIN = resolve(import.meta.dirname, '../../services/api-gateway/src/main.ts');

export type Gateway = {
  readonly url: string;
  /** May do everything. */
  readonly token: string;
  readonly child: ChildProcess;
  stop(): Promise<void>;
};

/** A gateway in a process of its own, with no limit to the rate of calls. */
export async function startGateway(
  nats: TestNats,
  home: string,
  env: Record<string, string>,
): Promise<Gateway> {
  const child = spawn(process.execPath, [MAIN], {
    env: {
      PATH: process.env['PATH'] ?? '',
      NATS_URL: nats.url,
      NATS_CREDS_FILE: nats.seedFileOf('api-gateway'),
      HOLDFAST_HOME: home,
      HOLDFAST_PORT: '0',
      HOLDFAST_METRICS_PORT: '0',
      HOLDFAST_RATE_LIMIT: '0',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise<string>((ready, fail) => {
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-10_000);
      const told = /"url":"([^"]+)"[^\n]*"msg":"ready"/.exec(output)?.[1];
      if (told === undefined) return;
      child.stdout.removeAllListeners('data').resume();
      ready(told);
    });
    child.once('exit', (code) => fail(new Error(`the gateway ended with ${code}`)));
  });
  const token = (await readFile(join(home, 'admin-token'), 'utf8')).trim();
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  return { url, token, child, stop };
}
