import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bus } from '@holdfast/bus';
import { scheduleSchema } from '@holdfast/contracts';
import { startTestNats, type TestNats } from '@holdfast/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addSchedule, eventsOf, noneDeclared, startReplica } from './replicas.ts';
import { simulatedClock } from './simulated-clock.ts';

let nats: TestNats;
let bus: Bus;
let dir: string;
let file: string;
beforeEach(async () => {
  nats = await startTestNats();
  bus = await nats.connectAs('scheduler');
  dir = await mkdtemp(join(tmpdir(), 'hf-schedules-'));
  file = join(dir, 'schedules.yaml');
});
afterEach(async () => {
  await bus.drain();
  await nats.stop();
  await rm(dir, { recursive: true, force: true });
});

const START = Date.parse('2026-05-04T00:00:00.000Z');
const write = async (...entries: readonly string[]): Promise<void> => {
  const lines = entries.map((entry) => `  - { ${entry} }`);
  await writeFile(`${file}.new`, ['schedules:', ...lines, ''].join('\n'));
  await rename(`${file}.new`, file);
};
const stored = async (): Promise<readonly string[]> =>
  (await (await bus.bucket('schedules', scheduleSchema)).entries())
    .map(({ value }) => `${value.id} ${value.rule} ${value.managedBy}`)
    .sort();
const told = async (type: string): Promise<readonly string[]> =>
  (await eventsOf(bus, type)).map(({ subject }) => subject);

test('replicas take a file as it is and as it changes; each change is made and told once', async () => {
  const clock = simulatedClock(START);
  const settings = { ...noneDeclared, BACKUP_SCHEDULES_FILE: file, AUTO_BACKUP_ENABLED: true };
  await addSchedule(bus, 'theirs', { rule: '@daily' }, new Date(START));
  await write('id: nightly, rule: "@daily"', 'id: weekly, rule: "@weekly"');
  const replicas = await Promise.all(
    ['one', 'two', 'three'].map((name) => startReplica(bus, clock, name, { settings })),
  );
  const first = [
    'default daily at 03:00 environment',
    'nightly @daily file',
    'theirs @daily api',
    'weekly @weekly file',
  ];
  expect(await stored()).toEqual(first);
  expect([...(await told('schedule.created'))].sort()).toEqual(['default', 'nightly', 'weekly']);
  const nightly = (await (await bus.bucket('schedules', scheduleSchema)).get('nightly'))?.value;

  await write('id: nightly, rule: "@hourly"');
  clock.moveTo(START + 60_000);
  const second = ['default daily at 03:00 environment', 'nightly @hourly file', 'theirs @daily api'];
  await expect.poll(stored, { timeout: 60_000 }).toEqual(second);
  expect(await told('schedule.updated')).toEqual(['nightly']);
  expect(await told('schedule.removed')).toEqual(['weekly']);
  const changed = (await (await bus.bucket('schedules', scheduleSchema)).get('nightly'))?.value;
  expect(changed).toMatchObject({
    createdAt: nightly?.createdAt,
    activeSince: new Date(START + 60_000).toISOString(),
  });

  await writeFile(file, 'schedules:\n  - id: nightly\n    rule: 0 3 30 2 *\n');
  clock.moveTo(START + 120_000);
  const [one] = replicas;
  await expect.poll(() => problemOf(one), { timeout: 60_000 }).toMatch(/line 2: .*30 February/);
  expect(await stored()).toEqual(second);

  await write('id: nightly, rule: "@hourly"', 'id: theirs, rule: "@weekly"');
  clock.moveTo(START + 180_000);
  await expect.poll(() => problemOf(one), { timeout: 60_000 }).toMatch(/people made theirs themselves/);
  expect(await stored()).toEqual(second);

  await write('id: nightly, rule: "@hourly"');
  clock.moveTo(START + 240_000);
  await expect.poll(() => problemOf(one), { timeout: 60_000 }).toBe('');
  await Promise.all(replicas.map((replica) => replica.stop()));
});

test('a file that is not there yet is told, and taken when it comes', async () => {
  const clock = simulatedClock(START);
  const replica = await startReplica(bus, clock, 'one', {
    settings: { ...noneDeclared, BACKUP_SCHEDULES_FILE: file },
  });
  expect(problemOf(replica)).toMatch(/cannot be read/);
  await write('id: nightly, rule: "@daily"');
  clock.moveTo(START + 60_000);
  await expect.poll(stored, { timeout: 60_000 }).toEqual(['nightly @daily file']);
  await replica.stop();
});

function problemOf(replica: { checkDeclared(): void } | undefined): string {
  try {
    replica?.checkDeclared();
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
