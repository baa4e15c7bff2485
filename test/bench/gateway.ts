/** What the gateway takes while people look. `node test/bench/gateway.ts [backups]` runs it alone. */
import type { ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@holdfast/client';
import { startTestNats, type startTestPostgres } from '@holdfast/testing';
import { benchCreates } from './creates.ts';
import { fillHistory, fillRepository } from './many-backups.ts';
import { megabytes, table, type Row } from './measure.ts';
import { startGateway, type Gateway } from './start-gateway.ts';

const PER_SECOND = 200;
const SECONDS = 10;
const STREAMS = 1_000;

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
    const gateway = await startGateway(nats, home, {
      HOLDFAST_EVENT_STREAMS: String(STREAMS + 1),
      BACKUP_DIR: backups,
      HISTORY_DATABASE_URL: server.url('history'),
    });
    try {
      const rows = [
        await look(gateway, '`GET /api/v1/status`', '/api/v1/status'),
        await look(gateway, '`GET /api/v1/backups?limit=50`', '/api/v1/backups?limit=50'),
        await benchCreates(gateway, nats),
        await listen(gateway),
      ];
      return table(`The gateway, ${count} backups in repository and history`, rows);
    } finally {
      await gateway.stop();
    }
  } finally {
    await server.psql('drop database history');
    await nats.stop();
    await rm(home, { recursive: true, force: true });
  }
}

/** What people look at, in the first seconds after the start, while V8 puts its heap in order, and then. */
async function look(gateway: Gateway, what: string, path: string): Promise<Row> {
  const first = await timesOf(gateway, path);
  const then = await timesOf(gateway, path);
  return {
    what: `${what}, ${PER_SECOND} a second for ${SECONDS} s`,
    figure: `p50 ${then(0.5)} ms, p99 ${then(0.99)} ms (the ${SECONDS} s before that: ${first(0.99)} ms)`,
    goal: 'p99 < 50 ms',
    holds: Number(then(0.99)) < 50,
  };
}

/** So many a second whatever the answers take, as people do; those that wait for others count. Answers quantiles, in ms. */
async function timesOf({ url, token }: Gateway, path: string): Promise<(share: number) => string> {
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
  return (share) => (times[Math.floor(times.length * share)] ?? Number.NaN).toFixed(1);
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
