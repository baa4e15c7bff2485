import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from '@holdfast/client';
import type { startTestPostgres } from '@holdfast/testing';
import { measure, median, megabytes, table } from './measure.ts';

const MAIN = resolve(import.meta.dirname, '../../packages/standalone/src/main.ts');

/** The backup before is told, projected and forgotten by then. */
const IDLE_MS = 1_000;

/** An idle standalone: how long an empty database takes from request to outcome, and how fast a worker begins. */
export async function benchLatency(
  server: Awaited<ReturnType<typeof startTestPostgres>>,
  rounds: number,
): Promise<string> {
  await server.createDatabase('empty');
  const home = await mkdtemp(join(tmpdir(), 'hf-bench-home-'));
  const child = spawn(process.execPath, [MAIN], {
    env: {
      ...process.env,
      HOLDFAST_HOME: home,
      HOLDFAST_PORT: '18484',
      BACKUP_DATABASES: `empty=${server.url('empty')}`,
      BACKUP_VALIDATE_AFTER_BACKUP: 'none',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await new Promise<void>((ready, fail) => {
      child.stdout.setEncoding('utf8').on('data', (text: string) => text.includes('18484') && ready());
      child.once('exit', (code) => fail(new Error(`the standalone ended with ${code}`)));
    });
    const url = 'http://127.0.0.1:18484';
    const client = createClient({ url, token: (await readFile(join(home, 'admin-token'), 'utf8')).trim() });
    const whole: number[] = [];
    const begin: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      await delay(IDLE_MS);
      const askedAt = Date.now();
      const startedAt = performance.now();
      const { id } = await client.createBackup({ database: 'empty' });
      const run = await client.watchRun(id);
      whole.push(performance.now() - startedAt);
      begin.push(Date.parse(run.startedAt ?? '') - askedAt);
      if (run.state !== 'completed') throw new Error(`the backup ended as ${run.state}`);
    }
    const rss = Number((await measure(['ps', '-o', 'rss=', '-p', String(child.pid)])).text) * 1024;
    const wholeMs = median(whole);
    const beginMs = median(begin);
    return table(`Latency and idle memory, standalone, medians of ${rounds}`, [
      {
        what: 'empty database, request to completed',
        figure: `${wholeMs.toFixed(0)} ms`,
        goal: '< 400 ms',
        holds: wholeMs < 400,
      },
      {
        what: "HTTP request sent to the worker's start",
        figure: `${beginMs.toFixed(0)} ms`,
        goal: '< 20 ms',
        holds: beginMs < 20,
      },
      {
        what: 'idle standalone, our process',
        figure: `${megabytes(rss)} MB`,
        goal: '< 300 MB',
        holds: rss < 300e6,
      },
    ]);
  } finally {
    child.kill('SIGTERM');
    await once(child, 'exit');
    await rm(home, { recursive: true, force: true });
  }
}
