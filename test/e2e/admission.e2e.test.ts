import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bus } from '@holdfast/bus';
import type { Envelope } from '@holdfast/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, startFleet, type Fleet } from '../fleet/fleet.ts';

/** Its backups stay in their hook until the gate is there. */
const SLOW_DATABASE = 'slow';
const REQUESTS = 30;

let fleet: Fleet;
let bus: Bus;
let gate: string;
beforeAll(async () => {
  fleet = await startFleet({ workers: 0 });
  bus = await fleet.nats.connectAs('history');
  gate = join(fleet.dir, 'gate');
  const hook = join(fleet.dir, 'hold.sh');
  await writeFile(hook, `#!/bin/sh\nwhile [ ! -e ${gate} ]; do sleep 0.1; done\n`);
  await chmod(hook, 0o755);
  const hooks = join(fleet.dir, 'hooks.yaml');
  await writeFile(
    hooks,
    `pre-backup:\n  - { command: [${hook}], timeout: 10m, databases: ${SLOW_DATABASE} }\n`,
  );
  await fleet.postgres.createDatabase(SLOW_DATABASE);
  await fleet.historyPostgres.createDatabase('elsewhere');
  const databases = [
    `app=${fleet.postgres.url('app')}`,
    `${SLOW_DATABASE}=${fleet.postgres.url(SLOW_DATABASE)}`,
    `elsewhere=${fleet.historyPostgres.url('elsewhere')}`,
  ].join(' ');
  const env = {
    BACKUP_DATABASES: databases,
    BACKUP_HOOKS_FILE: hooks,
    MAX_CONCURRENT_BACKUPS: '2',
    MAX_CONCURRENT_BACKUPS_PER_SERVER: '1',
  };
  await Promise.all([1, 2, 3].map(() => fleet.start('backup-worker', env)));
});
afterAll(async () => {
  await bus.drain();
  await fleet.stop();
});

/** Everything that was published about these runs, in stream order. */
async function eventsOf(runs: readonly string[]): Promise<readonly Envelope[]> {
  const { lastSequence } = await bus.eventsInfo();
  const events: Envelope[] = [];
  for await (const { event } of bus.readEvents(1, { untilSequence: lastSequence }))
    if (event && runs.includes(event.subject)) events.push(event);
  return events;
}

/** A place is taken before the start is told and given back after the end is: the events never show fewer than went. */
function mostAtOnce(events: readonly Envelope[]): number {
  let now = 0;
  let most = 0;
  for (const { type } of events) {
    if (type === 'backup.started') now += 1;
    if (type === 'backup.completed') now -= 1;
    most = Math.max(most, now);
  }
  return most;
}

test(
  '30 requests on three workers: never more at once than allowed, and all are done',
  { timeout: 900_000 },
  async () => {
    const asked = await Promise.all(
      Array.from({ length: REQUESTS }, (_, index) =>
        fleet.client.createBackup({ database: index % 2 === 0 ? 'app' : 'elsewhere' }),
      ),
    );
    const runs = asked.map(({ id }) => id);
    const over = await Promise.all(runs.map((run) => fleet.client.watchRun(run)));
    expect(over.map(({ state }) => state)).toEqual(runs.map(() => 'completed'));
    const events = await eventually(async () => {
      const told = await eventsOf(runs);
      return told.filter(({ type }) => type === 'backup.completed').length === REQUESTS ? told : undefined;
    }, 'every outcome to be published');
    expect(mostAtOnce(events)).toBeLessThanOrEqual(2);
    for (const database of ['app', 'elsewhere'])
      expect(mostAtOnce(events.filter((event) => event.database === database))).toBe(1);
  },
);

test('what waits says for what, others pass it, and a killed worker’s place becomes free', async () => {
  const { id: holding } = await fleet.client.createBackup({ database: SLOW_DATABASE });
  const { worker } = await eventually(async () => {
    const run = await fleet.client.getRun({ run: holding });
    return run.state === 'running' ? run : undefined;
  }, 'the slow backup to begin');
  const { id: waiting } = await fleet.client.createBackup({ database: 'app' });
  const { id: passing } = await fleet.client.createBackup({ database: 'elsewhere' });
  const seen = await eventually(async () => {
    const run = await fleet.client.getRun({ run: waiting });
    return run.waitingFor === undefined ? undefined : run;
  }, 'the second one to say that it waits');
  expect(seen).toMatchObject({
    state: 'requested',
    attempt: 0,
    waitingFor: expect.stringContaining('MAX_CONCURRENT_BACKUPS_PER_SERVER=1') as string,
  });
  expect(await fleet.client.watchRun(passing)).toMatchObject({ state: 'completed' });

  const pid = Number(/-(\d+)-[0-9a-f]+$/.exec(worker ?? '')?.[1]);
  await fleet.services.find((service) => service.pid === pid)?.kill();
  await writeFile(gate, '');
  const over = await Promise.all([holding, waiting].map((run) => fleet.client.watchRun(run)));
  expect(over.map(({ state }) => state)).toEqual(['completed', 'completed']);
  expect(over.map(({ waitingFor }) => waitingFor)).toEqual([undefined, undefined]);
});
