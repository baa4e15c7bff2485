import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, startFleet, type Fleet } from '../fleet/fleet.ts';

/** Big enough that a dump of it can be caught half-way. */
const FILL = `create table blob (id int generated always as identity, body bytea);
insert into blob (body) select decode(string_agg(md5(random()::text || i || j), ''), 'hex')
  from generate_series(1, 400) i, generate_series(1, 6000) j group by i;`;

let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet({ workers: 2 });
  await fleet.postgres.psql(FILL, 'app');
});
afterAll(() => fleet.stop());

/** The worker that has the run, once it wrote more than `bytes` of it. */
async function workerWriting(run: string, bytes: number) {
  const { stat, readdir } = await import('node:fs/promises');
  await eventually(async () => {
    for (const name of await readdir(`${fleet.backupsDir}/app`).catch(() => [])) {
      const size = name.includes(run.slice(-8))
        ? await stat(`${fleet.backupsDir}/app/${name}`).then(
            (found) => found.size,
            () => 0,
          )
        : 0;
      if (size > bytes) return true;
    }
    return undefined;
  }, 'bytes of the dump');
  return workerOf(run);
}

async function workerOf(run: string) {
  const worker = await eventually(
    async () => (await fleet.client.getRun({ run })).worker,
    'a worker to begin',
  );
  const pid = Number(/-(\d+)-[0-9a-f]+$/.exec(worker)?.[1]);
  const found = fleet.services.find((service) => service.pid === pid);
  if (!found) throw new Error(`no worker with process id ${pid}`);
  return found;
}

/** Exactly one outcome, one manifest, its data, its roles, and nothing else of that run. */
async function expectOneBackup(run: string): Promise<void> {
  const outcomes = ['backup.completed', 'backup.failed', 'backup.cancelled'];
  // The record is terminal just before its event is published: whoever watches the record may be that much early.
  const told = await eventually(async () => {
    const types = (await fleet.eventsOf(run))
      .map((event) => event.type)
      .filter((type) => outcomes.includes(type));
    return types.length > 0 ? types : undefined;
  }, 'the outcome to be published');
  expect(told).toEqual(['backup.completed']);
  const ours = await eventually(
    async () => {
      const files = (await fleet.files()).filter((name) => name.includes(run.slice(-8)));
      return files.length === 3 ? files : undefined;
    },
    'the leftovers of the dead attempt to be removed',
    20_000,
  );
  expect(ours.filter((name) => name.endsWith('.manifest.json'))).toHaveLength(1);
  expect(ours.filter((name) => name.endsWith('.part'))).toEqual([]);
  expect(await fleet.client.getBackup({ filename: run })).toMatchObject({ run });
}

describe('a worker that dies', () => {
  test('kill -9 while dumping: another takes over within 60 s, one manifest, one outcome, no temporary file left', async () => {
    const { id: run } = await fleet.client.createBackup({ database: 'app' });
    const victim = await workerWriting(run, 500_000);
    await victim.kill();
    const killedAt = performance.now();
    const over = await fleet.client.watchRun(run);
    expect(over.state).toBe('completed');
    expect(over.attempt).toBe(2);
    expect(performance.now() - killedAt).toBeLessThan(60_000 + (over.backup?.durationMs ?? 0));
    await expectOneBackup(run);
    await fleet.start('backup-worker');
  });

  test('kill -9 just before the commit: the whole file of the dead attempt is dropped, the successor commits once', async () => {
    const { id: run } = await fleet.client.createBackup({ database: 'app' });
    const victim = await workerWriting(run, 500_000);
    // The check before the commit needs the bus: with it frozen the data is complete and the manifest is not written.
    fleet.nats.signal('SIGSTOP');
    await eventually(
      async () =>
        (await fleet.files()).some((name) => name.includes(run.slice(-8)) && name.endsWith('.dump.zst'))
          ? true
          : undefined,
      'the data to be complete',
    );
    expect(
      (await fleet.files()).filter((name) => name.includes(run.slice(-8)) && name.endsWith('.manifest.json')),
    ).toEqual([]);
    await victim.kill();
    fleet.nats.signal('SIGCONT');
    const over = await fleet.client.watchRun(run);
    expect(over.state).toBe('completed');
    await expectOneBackup(run);
    await fleet.start('backup-worker');
  });

  test('a worker stopped past its lease and woken cannot overwrite what its successor made', async () => {
    const { id: run } = await fleet.client.createBackup({ database: 'app' });
    const zombie = await workerWriting(run, 500_000);
    zombie.signal('SIGSTOP');
    const over = await fleet.client.watchRun(run);
    expect(over.state).toBe('completed');
    const { sha256 } = await fleet.client.getBackup({ filename: run });
    zombie.signal('SIGCONT');
    await expectOneBackup(run);
    expect((await fleet.client.getBackup({ filename: run })).sha256).toBe(sha256);
  });
});

describe('a bus that goes away', () => {
  test('NATS restarted during a dump: the run completes once', async () => {
    const { id: run } = await fleet.client.createBackup({ database: 'app' });
    await workerWriting(run, 500_000);
    await fleet.nats.restart();
    const over = await fleet.client.watchRun(run);
    expect(over.state).toBe('completed');
    await expectOneBackup(run);
  });
});
