import { createRequire } from 'node:module';
import { openRuns } from '@holdfast/runs';
import { localStorage, openStorage, type Storage } from '@holdfast/storage';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { startRetention } from '../src/index.ts';
import { putBackup } from './made-manifest.ts';
import { asked, keysIn, namesIn, startSurroundings, type Surroundings } from './surroundings.ts';

let around: Surroundings;
beforeAll(async () => {
  around = await startSurroundings();
});
afterAll(() => around.stop());

/** s3rver has no types; this is what we use of it, and it knows no other credentials. */
type S3rver = { run(): Promise<{ readonly port: number }>; close(): Promise<void> };
const S3rver = createRequire(import.meta.url)('s3rver') as new (options: object) => S3rver;

async function startBucket(): Promise<string> {
  const server = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory: await around.newFolder(),
    configureBuckets: [{ name: 'backups' }],
  });
  const { port } = await server.run();
  onTestFinished(() => server.close());
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'S3RVER');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'S3RVER');
  onTestFinished(() => void vi.unstubAllEnvs());
  return `s3://backups?endpoint=http://127.0.0.1:${port}`;
}

const env = (destinations: string) => ({
  NATS_URL: around.nats.url,
  NATS_CREDS_FILE: around.nats.seedFileOf('retention'),
  BACKUP_DESTINATIONS: destinations,
  HOLDFAST_LOG_LEVEL: 'silent',
  BACKUP_RETRY_WAIT: '1s',
});

async function fill(storages: readonly Storage[], database: string, count: number): Promise<void> {
  for (const storage of storages)
    for (let hour = 1; hour <= count; hour += 1) await putBackup(storage, { database, hour });
}

async function ask(database: string) {
  const event = asked('retention.cleanup.requested', database, { force: false, by: 'anna' });
  await around.gateway.publish(event);
  return event.subject;
}

test('two replicas over a bucket and a copy: each run has one outcome, each backup goes once', async () => {
  const url = await startBucket();
  const dir = await around.newFolder();
  const [bucket, copy] = [await openStorage(url), localStorage({ dir })];
  const databases = ['one', 'two', 'three'];
  for (const database of databases) {
    await fill([bucket, copy], database, 6);
    await around.storePolicy(database, { keepLast: 2 });
  }
  const replicas = await Promise.all([1, 2].map(() => startRetention(env(`${url} offsite=file://${dir}`))));
  const runs = await openRuns(around.gateway);
  const asking = databases.flatMap((database) => [ask(database), ask(database)]);
  const ended = await Promise.all(
    asking.map(async (run) => runs.watchUntilOver(await run, AbortSignal.timeout(100_000))),
  );
  await Promise.all(replicas.map((replica) => replica.stop()));
  expect(ended.map(({ state }) => state)).toEqual(Array.from({ length: 6 }, () => 'completed'));
  for (const database of databases) {
    const deleted = await around.eventsOf('backup.deleted', database);
    expect(deleted.map(({ id }) => id)).toHaveLength(4);
    expect(await around.eventsOf('backup.missing', database)).toEqual([]);
  }
  expect(await namesIn(bucket)).toHaveLength(6);
  expect(await keysIn(bucket)).toEqual(await keysIn(copy));
});
