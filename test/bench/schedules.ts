/** What very many schedules cost a scheduler: a process of its own, on a bus of its own. `node test/bench/schedules.ts [count]` runs it alone. */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { scheduleFieldsSchema, scheduleSchema } from '@holdfast/contracts';
import { declareSchedule } from '@holdfast/schedule-rules';
import { startTestNats, type TestNats } from '@holdfast/testing';
import { megabytes, table } from './measure.ts';

const MAIN = resolve(import.meta.dirname, '../../services/scheduler/src/main.ts');
const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Tokyo', 'Australia/Sydney'];
const SETTLE_MS = 20_000;

export async function benchSchedules(count: number): Promise<string> {
  const nats = await startTestNats();
  try {
    const few = await measureStart(nats);
    await addSchedules(nats, count);
    const many = await measureStart(nats);
    return table(`A scheduler with ${count} schedules`, [
      {
        what: 'from its start until it is ready',
        figure: `${(many.readyMs / 1_000).toFixed(1)} s (${(few.readyMs / 1_000).toFixed(1)} s without any)`,
        goal: '< 30 s',
        holds: many.readyMs < 30_000,
      },
      {
        what: 'its memory',
        figure: `${megabytes(many.residentBytes)} MB (${megabytes(few.residentBytes)} MB without any)`,
        goal: '< 300 MB',
        holds: many.residentBytes < 300e6,
      },
    ]);
  } finally {
    await nats.stop();
  }
}

async function addSchedules(nats: TestNats, count: number): Promise<void> {
  const bus = await nats.connectAs('scheduler');
  const schedules = await bus.bucket('schedules', scheduleSchema);
  const at = new Date();
  for (let first = 0; first < count; first += 200) {
    await Promise.all(
      Array.from({ length: Math.min(200, count - first) }, (_, index) => {
        const number = first + index;
        const fields = scheduleFieldsSchema.parse({
          rule: `${number % 60} ${number % 24} * * *`,
          timezone: ZONES[number % ZONES.length],
          database: `db-${number}`,
          jitterMs: 600_000,
        });
        const id = `schedule-${number}`;
        return schedules.create(id, declareSchedule(fields, { id, managedBy: 'api', by: 'bench', at }));
      }),
    );
  }
  await bus.drain();
}

async function measureStart(
  nats: TestNats,
): Promise<{ readonly readyMs: number; readonly residentBytes: number }> {
  const began = performance.now();
  const child = spawn(process.execPath, [MAIN], {
    env: {
      PATH: process.env['PATH'] ?? '',
      NATS_URL: nats.url,
      NATS_CREDS_FILE: nats.seedFileOf('scheduler'),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const ready = new Promise<number>((done) => {
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.includes('"msg":"ready"')) done(performance.now() - began);
    });
  });
  try {
    const readyMs = await Promise.race([
      ready,
      exited.then(() => Promise.reject(new Error('the scheduler ended'))),
    ]);
    // Every schedule is looked at once just after; memory is told when that is over.
    await new Promise((settled) => {
      setTimeout(settled, SETTLE_MS);
    });
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
    const residentBytes = Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) * 1_024;
    return { readyMs, residentBytes };
  } finally {
    child.kill('SIGTERM');
    await exited;
  }
}

if (import.meta.main) console.log(await benchSchedules(Number(process.argv[2] ?? 10_000)));
