import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventSchemas, storedPolicySchema, type Envelope } from '@holdfast/contracts';
import type { Bus } from '@holdfast/bus';
import { makeEvent, newRunId, openRuns } from '@holdfast/runs';
import { localStorage } from '@holdfast/storage';
import { startTestNats, type TestNats } from '@holdfast/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { putBackup } from '../../services/retention/test/made-manifest.ts';
import { keysIn } from '../../services/retention/test/surroundings.ts';
import { startService, type ServiceProcess } from '../fleet/service-process.ts';

const COUNT = 60;
const KEPT = 5;
const DATABASE = 'app';

let dir: string;
let nats: TestNats;
let gateway: Bus;
const services: ServiceProcess[] = [];
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hf-retention-'));
  nats = await startTestNats();
  gateway = await nats.connectAs('api-gateway');
});
afterAll(async () => {
  await Promise.all(services.map((service) => service.stop()));
  await gateway.drain();
  await nats.stop();
  await rm(dir, { recursive: true, force: true });
});

async function start(): Promise<ServiceProcess> {
  const service = await startService('retention', {
    NATS_URL: nats.url,
    NATS_CREDS_FILE: nats.seedFileOf('retention'),
    BACKUP_DIR: dir,
    BACKUP_RETRY_WAIT: '1s',
  });
  services.push(service);
  return service;
}

/** The database's own, in the order of the stream. */
async function told(type: string): Promise<readonly Envelope[]> {
  const { firstSequence, lastSequence } = await gateway.eventsInfo();
  const events: Envelope[] = [];
  if (lastSequence === 0) return events;
  for await (const { event } of gateway.readEvents(firstSequence, { untilSequence: lastSequence }))
    if (event?.type === type && event.database === DATABASE) events.push(event);
  return events;
}

async function firstRemoval(signal: AbortSignal): Promise<void> {
  for await (const { event } of gateway.readEvents(1, { signal }))
    if (event?.type === 'backup.deleted') return;
}

const dataOf = (name: string): string => `${DATABASE}/${name}.dump.zst`;
const manifestOf = (name: string): string => `${DATABASE}/${name}.manifest.json`;

test(
  'a clean-up whose process is killed in the middle is ended by another',
  { timeout: 600_000 },
  async () => {
    const storage = localStorage({ dir });
    const names: string[] = [];
    for (let hour = 1; hour <= COUNT; hour += 1)
      names.push((await putBackup(storage, { database: DATABASE, hour })).backup.name);
    const policies = await gateway.bucket('policies', storedPolicySchema);
    const stored = { policy: { keepLast: KEPT }, updatedAt: new Date().toISOString(), updatedBy: 'anna' };
    await policies.create(DATABASE, storedPolicySchema.parse(stored));
    const runs = await openRuns(gateway);

    const first = await start();
    const removed = firstRemoval(AbortSignal.timeout(300_000));
    const request = makeEvent('retention.cleanup.requested', {
      run: newRunId(),
      source: '/holdfast/test',
      database: DATABASE,
      data: { force: false, by: 'anna' },
    });
    await gateway.publish(request);
    await removed;
    await first.kill();
    const left = new Set(await keysIn(storage));
    expect(left.size).toBeGreaterThan(2 * KEPT);
    // A manifest goes before its data: nothing that is listed is half there.
    for (const name of names) if (left.has(manifestOf(name))) expect(left).toContain(dataOf(name));

    const second = await start();
    const record = await runs.watchUntilOver(request.subject, AbortSignal.timeout(500_000));
    expect(record, second.output()).toMatchObject({ state: 'completed' });
    const kept = names.slice(-KEPT);
    expect(await keysIn(storage)).toEqual(
      kept.flatMap((name) => [dataOf(name), manifestOf(name)]).toSorted(),
    );
    // One that was told just before the kill is told again, under the same id.
    const deleted = new Map(
      (await told('backup.deleted')).map(({ id, data }) => [
        id,
        eventSchemas['backup.deleted'].parse(data).name,
      ]),
    );
    expect([...deleted.values()].toSorted()).toEqual(names.slice(0, -KEPT).toSorted());
    expect(await told('backup.missing')).toEqual([]);
    await second.stop(); // what it had to publish is published
    expect(await told('retention.cleanup.completed')).toHaveLength(1);
    expect(await told('retention.cleanup.failed')).toEqual([]);
  },
);
