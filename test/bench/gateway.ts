/** What the gateway takes while people look. `node test/bench/gateway.ts [backups]` runs it alone. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createClient } from '@holdfast/client';
import { makeEvent, newRunId } from '@holdfast/runs';
import { startTestNats, type startTestPostgres, type TestNats } from '@holdfast/testing';
import { fillHistory, fillRepository } from './many-backups.ts';
import { openLightCaller } from './light-caller.ts';
import { megabytes, median, table, type Row } from './measure.ts';

const MAIN = resolve(import.meta.dirname, '../../services/api-gateway/src/main.ts');
const PER_SECOND = 200;
const SECONDS = 10;
const CREATES = 4_000;
const TURNS = 5;
/** Before anything counts: V8 compiles what runs often, and goes on with that for seconds. */
const WARM_UP = 10_000;
const CALLERS = 64;
const FEW = 16;
const STREAMS = 1_000;

type Gateway = { readonly url: string; readonly token: string; readonly child: ChildProcess };

export async function benchGateway(
  server: Awaited<ReturnType<typeof startTestPostgres>>,
  count: number,
): Promise<string> {
  const nats = await startTestNats();
  const home = await mkdtemp(join(tmpdir(), 'hf-bench-gateway-'));
  const backups = join(home, 'backups');
  await mkdir(backups);
  await server.createDatabase('history');
  try {
    await fillRepository(backups, count);
    await fillHistory(server.url('history'), count);
    const gateway = await start(nats, home, {
      BACKUP_DIR: backups,
      HISTORY_DATABASE_URL: server.url('history'),
    });
    try {
      const rows = [
        await look(gateway, '`GET /api/v1/status`', '/api/v1/status'),
        await look(gateway, '`GET /api/v1/backups?limit=50`', '/api/v1/backups?limit=50'),
        await create(gateway, nats),
        await listen(gateway),
      ];
      return table(`The gateway, ${count} backups in repository and history`, rows);
    } finally {
      gateway.child.kill('SIGTERM');
      await once(gateway.child, 'exit');
    }
  } finally {
    await server.psql('drop database history');
    await nats.stop();
    await rm(home, { recursive: true, force: true });
  }
}

async function start(nats: TestNats, home: string, env: Record<string, string>): Promise<Gateway> {
  const child = spawn(process.execPath, [MAIN], {
    env: {
      PATH: process.env['PATH'] ?? '',
      NATS_URL: nats.url,
      NATS_CREDS_FILE: nats.seedFileOf('api-gateway'),
      HOLDFAST_HOME: home,
      HOLDFAST_PORT: '0',
      HOLDFAST_METRICS_PORT: '0',
      HOLDFAST_RATE_LIMIT: '0',
      HOLDFAST_EVENT_STREAMS: String(STREAMS + 1),
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
  return { url, token: (await readFile(join(home, 'admin-token'), 'utf8')).trim(), child };
}

/** So many a second whatever the answers take, as people do; those that wait for others count. */
async function look({ url, token }: Gateway, what: string, path: string): Promise<Row> {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const headers = { authorization: `Bearer ${token}` };
  const ask = (): Promise<number> =>
    new Promise((done, fail) => {
      const askedAt = performance.now();
      get(new URL(path, url), { agent, headers }, (response) => {
        response.resume().once('end', () => {
          if (response.statusCode === 200) done(performance.now() - askedAt);
          else fail(new Error(`${path} answered ${response.statusCode}`));
        });
      }).once('error', fail);
    });
  await ask();
  const asked: Promise<number>[] = [];
  const begunAt = performance.now();
  while (asked.length < PER_SECOND * SECONDS) {
    const due = Math.floor(((performance.now() - begunAt) / 1_000) * PER_SECOND);
    while (asked.length < Math.min(due, PER_SECOND * SECONDS)) asked.push(ask());
    await new Promise((later) => {
      setTimeout(later, 2);
    });
  }
  const times = (await Promise.all(asked)).toSorted((a, b) => a - b);
  agent.destroy();
  const at = (share: number): number => times[Math.floor(times.length * share)] ?? Number.NaN;
  return {
    what: `${what}, ${PER_SECOND} a second for ${SECONDS} s`,
    figure: `p50 ${at(0.5).toFixed(1)} ms, p99 ${at(0.99).toFixed(1)} ms`,
    goal: 'p99 < 50 ms',
    holds: at(0.99) < 50,
  };
}

/** Each create is three events (two of the audit and the request) and the record of its run; the bus alone is one event after the other. */
async function create({ url, token }: Gateway, nats: TestNats): Promise<Row> {
  const request = { url: new URL('/api/v1/backups', url), token, body: '{"database":"app"}', status: 202 };
  const callers = await Promise.all(Array.from({ length: CALLERS }, () => openLightCaller(request)));
  const bus = await nats.connectAs('api-gateway');
  const data = { type: 'full', trigger: 'manual', description: '', by: 'bench' } as const;
  const publish = () =>
    bus.publish(
      makeEvent('backup.requested', { run: newRunId(new Date()), source: '/bench', database: 'app', data }),
    );
  const creates = (count: number, atOnce: number): Promise<number> =>
    rateOf(
      count,
      callers.slice(0, atOnce).map(({ call }) => call),
    );
  const first = await creates(1_000, CALLERS);
  await creates(WARM_UP, CALLERS);
  await rateOf(1_000, [publish]);
  const turns: { readonly alone: number; readonly few: number; readonly many: number }[] = [];
  while (turns.length < TURNS) {
    const alone = await rateOf(2_000, [publish]);
    turns.push({ alone, few: await creates(CREATES, FEW), many: await creates(CREATES, CALLERS) });
  }
  const oneByOne = await creates(1_000, 1);
  for (const caller of callers) caller.close();
  await bus.drain();
  const of = (what: (turn: (typeof turns)[number]) => number): number => median(turns.map(what));
  const share = of(({ many, alone }) => many / alone);
  const few = `${FEW} callers: ${of((turn) => turn.few).toFixed(0)}, ${of((turn) => turn.few / turn.alone).toFixed(2)} ×`;
  return {
    what: `creates of ${CALLERS} callers at once, warm, against what the bus acknowledges one by one`,
    figure: `${of(({ many }) => many).toFixed(0)} and ${of(({ alone }) => alone).toFixed(0)} a second, ${share.toFixed(2)} × (${few}; one: ${oneByOne.toFixed(0)}; the first thousand: ${first.toFixed(0)})`,
    goal: '≥ 0.6 ×',
    holds: share >= 0.6,
  };
}

/** How often a second, when each of those goes on as soon as it may. */
async function rateOf(count: number, ones: readonly (() => Promise<unknown>)[]): Promise<number> {
  const begunAt = performance.now();
  let begun = 0;
  const goOn = async (one: () => Promise<unknown>): Promise<void> => {
    while (begun++ < count) await one();
  };
  await Promise.all(ones.map(goOn));
  return count / ((performance.now() - begunAt) / 1_000);
}

async function listen({ url, token, child }: Gateway): Promise<Row> {
  const before = await residentBytes(child);
  const agent = new Agent({ maxSockets: STREAMS });
  const headers = { authorization: `Bearer ${token}` };
  const open = Array.from(
    { length: STREAMS },
    () =>
      new Promise<void>((done, fail) => {
        get(new URL('/api/v1/events', url), { agent, headers }, (response) => {
          response.resume();
          if (response.statusCode === 200) done();
          else fail(new Error(`a stream answered ${response.statusCode}`));
        }).once('error', () => undefined); // the end of the stream is the end of this measurement
      }),
  );
  await Promise.all(open);
  const client = createClient({ url, token });
  for (let count = 0; count < 20; count += 1) await client.createBackup({ database: 'app' });
  const after = await residentBytes(child);
  agent.destroy();
  return {
    what: `${STREAMS} listeners to events, memory of the gateway`,
    figure: `${megabytes(after)} MB (${megabytes(before)} MB before them)`,
    goal: '< 200 MB more',
    holds: after - before < 200e6,
  };
}

async function residentBytes({ pid }: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) * 1_024;
}

if (import.meta.main) {
  const { startTestPostgres } = await import('@holdfast/testing');
  const server = await startTestPostgres();
  try {
    console.log(await benchGateway(server, Number(process.argv[2] ?? 100_000)));
  } finally {
    await server.stop();
  }
}
