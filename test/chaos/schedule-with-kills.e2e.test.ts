import { manifestSchema, type Envelope } from '@holdfast/contracts';
import type { Bus } from '@holdfast/bus';
import { derivedRunId, validationRunId } from '@holdfast/runs';
import { dueBetween, occurrenceName } from '@holdfast/schedule-rules';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, startFleet, type Fleet } from '../fleet/fleet.ts';
import type { ServiceProcess } from '../fleet/service-process.ts';

/** How long it goes on at least; every service is killed once in any case. */
const DURATION_MS = Number(process.env['HOLDFAST_CHAOS_SECONDS'] ?? 40) * 1_000;
const LIMIT_MS = DURATION_MS + 900_000;
const OUTCOMES: ReadonlySet<string> = new Set(['backup.completed', 'backup.failed', 'backup.cancelled']);

let fleet: Fleet;
let bus: Bus;
const alive = new Map<string, ServiceProcess[]>();
beforeAll(async () => {
  fleet = await startFleet({
    workers: 2,
    validators: 1,
    all: true,
    env: { BACKUP_VALIDATE_AFTER_BACKUP: 'checksum', BACKUP_DRILL_EVERY: '0', BACKUP_MAX_RETRIES: '1000' },
  });
  await fleet.postgres.psql('create table t as select generate_series(1, 100) as id', 'app');
  bus = await fleet.nats.connectAs('history');
  await Promise.all([1, 2].map(() => fleet.start('scheduler')));
  await fleet.start('notifier');
  for (const service of fleet.services)
    alive.set(service.name, [...(alive.get(service.name) ?? []), service]);
}, LIMIT_MS);
afterAll(async () => {
  await bus.drain();
  await fleet.stop();
}, LIMIT_MS);

async function eventsSoFar(): Promise<readonly Envelope[]> {
  const events: Envelope[] = [];
  const { lastSequence } = await bus.eventsInfo();
  for await (const { event } of bus.readEvents(1, { untilSequence: lastSequence }))
    if (event) events.push(event);
  return events;
}
const runsOf = (events: readonly Envelope[], isOf: (type: string) => boolean): readonly string[] =>
  events.filter(({ type }) => isOf(type)).map(({ subject }) => subject);

/** Until another occurrence has fired: the schedule goes on whatever was killed. */
async function anotherFired(): Promise<void> {
  const fired = async (): Promise<number> =>
    runsOf(await eventsSoFar(), (type) => type === 'schedule.fired').length;
  const before = await fired();
  await eventually(
    async () => ((await fired()) > before ? true : undefined),
    'the schedule to go on',
    300_000,
  );
}

/** The oldest of its kind dies, a new one takes its place. */
async function killAndReplace(name: string): Promise<void> {
  if (name === 'nats') {
    fleet.nats.signal('SIGKILL');
    return fleet.nats.restart();
  }
  const own = alive.get(name) ?? [];
  await own.shift()?.kill();
  const env: Readonly<Record<string, string>> =
    name === 'api-gateway' ? { HOLDFAST_PORT: new URL(fleet.url).port } : {};
  own.push(await fleet.start(name, env));
}

test(
  'a schedule of every few seconds while everything is killed in turn: each occurrence is one backup',
  { timeout: LIMIT_MS },
  async () => {
    const fields = { rule: '4s', database: 'app', overlap: 'queue', catchUp: 'all' } as const;
    const schedule = await fleet.client.createSchedule({ id: 'often', ...fields });
    const victims = [...alive.keys(), 'nats'];
    const untilMs = performance.now() + DURATION_MS;
    for (let turn = 0; turn < victims.length || performance.now() < untilMs; turn += 1) {
      await anotherFired();
      await killAndReplace(victims[turn % victims.length] ?? 'nats');
    }
    await anotherFired();
    await fleet.client.pauseSchedule({ schedule: 'often' });

    const handledUntil = await eventually(async () => {
      const { state } = await fleet.client.getSchedule({ schedule: 'often' });
      return state && !state.claim ? state.handledUntil : undefined;
    }, 'nothing to be left claimed');
    const due = dueBetween(
      schedule,
      new Date(schedule.activeSince ?? schedule.createdAt),
      new Date(handledUntil),
      10_000,
    );
    const expected = due.map((dueAt) => derivedRunId(occurrenceName('often', dueAt, 'app'))).sort();
    expect(expected.length).toBeGreaterThan(victims.length);
    for (const run of expected)
      expect(await fleet.client.watchRun(run)).toMatchObject({ state: 'completed' });

    // Each is asked for once, ends once, and is looked at once.
    const validations = expected.map((run) => validationRunId(run)).sort();
    const events = await eventually(
      async () => {
        const told = await eventsSoFar();
        const validated = new Set(runsOf(told, (type) => type === 'validation.completed'));
        return validations.every((run) => validated.has(run)) ? told : undefined;
      },
      'every backup to be looked at',
      300_000,
    );
    const once = (isOf: (type: string) => boolean): readonly string[] => {
      // The same event may be published again after minutes, under its own id.
      const byId = new Map(events.map((event) => [event.id, event]));
      return [...runsOf([...byId.values()], isOf)].sort();
    };
    expect(once((type) => type === 'backup.requested')).toEqual(expected);
    expect(once((type) => OUTCOMES.has(type))).toEqual(expected);
    expect(once((type) => type === 'validation.completed')).toEqual(validations);
    expect(once((type) => type === 'schedule.missed')).toEqual([]);

    const names = await readdir(join(fleet.backupsDir, 'app'));
    const manifests = await Promise.all(
      names
        .filter((name) => name.endsWith('.manifest.json'))
        .map(async (name) =>
          manifestSchema.parse(JSON.parse(await readFile(join(fleet.backupsDir, 'app', name), 'utf8'))),
        ),
    );
    expect(manifests.map(({ backup }) => backup.run).sort()).toEqual(expected);

    const known = (): Promise<string | null> =>
      fleet.historyPostgres.value(
        `select string_agg(id::text, ',' order by id::text) from holdfast.runs where kind = 'backup' and state = 'completed'`,
        'history',
      );
    await expect.poll(known, { timeout: 120_000 }).toBe(expected.join(','));
    await eventually(
      async () => ((await fleet.client.getStatus()).activeRuns.length === 0 ? true : undefined),
      'no run to be left going',
    );
  },
);
