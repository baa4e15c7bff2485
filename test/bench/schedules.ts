/** What very many schedules cost a scheduler: a process of its own, on a bus of its own. `node test/bench/schedules.ts [count]` runs it alone. */
import { scheduleFieldsSchema, scheduleSchema } from '@holdfast/contracts';
import { declareSchedule } from '@holdfast/schedule-rules';
import { startTestNats, type TestNats } from '@holdfast/testing';
import { megabytes, table } from './measure.ts';
import { memoryOf } from './memory-of.ts';

const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Tokyo', 'Australia/Sydney'];

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

const measureStart = (nats: TestNats): ReturnType<typeof memoryOf> =>
  // Every schedule is looked at once just after the start.
  memoryOf('scheduler', { NATS_URL: nats.url, NATS_CREDS_FILE: nats.seedFileOf('scheduler') });

if (import.meta.main) console.log(await benchSchedules(Number(process.argv[2] ?? 10_000)));
