import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { ok, type Finding } from './finding.ts';

type Env = Readonly<Record<string, string | undefined>>;

const ANSWER_WITHIN_MS = 5_000;
const DEFAULT_PORT = 4_222;

/** NATS_URL answers as NATS does; without it, whether the standalone would find a nats-server to start. */
export async function lookAtBus(env: Env): Promise<readonly Finding[]> {
  const url = env['NATS_URL'];
  if (!url) return [await lookForProgram(env)];
  const servers = url.split(',').map((each) => each.trim());
  const findings = await Promise.all(servers.map(lookAtServer));
  return [...findings, ...(await lookAtCredentials(env))];
}

async function lookAtServer(server: string): Promise<Finding> {
  const parsed = URL.parse(server.includes('://') ? server : `nats://${server}`);
  const told = { check: 'bus', subject: parsed?.host ?? 'NATS_URL' };
  const mend = 'start nats-server with -js, and check NATS_URL';
  const critical = (detail: string, advice = mend): Finding => ({
    ...told,
    outcome: 'critical',
    code: 'bus_unavailable',
    detail,
    mend: advice,
  });
  if (!parsed) return critical('is no address', 'write it as nats://host:4222');
  try {
    const hello = await firstLine(parsed.hostname, Number(parsed.port) || DEFAULT_PORT);
    const info: unknown = hello.startsWith('INFO ') ? JSON.parse(hello.slice(5)) : undefined;
    if (typeof info !== 'object' || info === null)
      return critical('something answers that is no nats-server');
    const version = 'version' in info ? String(info.version) : 'of an unknown version';
    if (!('jetstream' in info && info.jetstream))
      return critical(`nats-server ${version} answers, without JetStream`, 'start it with -js');
    return ok('bus', `nats-server ${version} with JetStream answers`, told.subject);
  } catch (error) {
    return critical(`does not answer (${error instanceof Error ? error.message : String(error)})`);
  }
}

/** NATS speaks first. */
function firstLine(host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    let text = '';
    const end = (outcome: () => void): void => {
      socket.destroy();
      outcome();
    };
    socket.setTimeout(ANSWER_WITHIN_MS, () => end(() => reject(new Error('nothing within 5 s'))));
    socket.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
      const at = text.indexOf('\r\n');
      if (at !== -1 || text.length > 65_536) end(() => resolve(text.slice(0, at)));
    });
    socket.on('error', (error) => end(() => reject(error)));
    socket.on('close', () => reject(new Error('it closed the connection')));
  });
}

async function lookAtCredentials(env: Env): Promise<readonly Finding[]> {
  const path = env['NATS_CREDS_FILE'];
  if (!path) return [];
  const told = { check: 'credentials', subject: 'NATS_CREDS_FILE' };
  try {
    const mode = (await stat(path)).mode & 0o777;
    if ((mode & 0o077) === 0) return [ok('credentials', `${path} is ours alone`, told.subject)];
    return [
      {
        ...told,
        outcome: 'warning',
        detail: `others can read ${path} (mode ${mode.toString(8)})`,
        mend: `chmod 600 ${path}`,
      },
    ];
  } catch (error) {
    const detail = `${path} cannot be read (${error instanceof Error && 'code' in error ? String(error.code) : String(error)})`;
    return [
      {
        ...told,
        outcome: 'critical',
        code: 'bus_unavailable',
        detail,
        mend: 'check the path and its rights',
      },
    ];
  }
}

async function lookForProgram({ PATH = '' }: Env): Promise<Finding> {
  for (const folder of [...PATH.split(delimiter), '/usr/sbin', '/usr/local/sbin', '/usr/local/bin']) {
    const path = join(folder, 'nats-server');
    const found =
      folder !== '' &&
      (await access(path, constants.X_OK).then(
        () => true,
        () => false,
      ));
    if (found) return ok('bus', `NATS_URL is not set; npm start uses ${path}`);
  }
  return {
    check: 'bus',
    outcome: 'warning',
    detail: 'NATS_URL is not set, and there is no nats-server that npm start could use',
    mend: 'apt install nats-server, brew install nats-server, or set NATS_URL',
  };
}
