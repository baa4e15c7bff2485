import { createHash, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Delivery } from '@holdfast/bus';
import {
  backupName,
  manifestSchema,
  release,
  verificationSchema,
  type Envelope,
  type EventData,
  type EventType,
  type Manifest,
} from '@holdfast/contracts';
import { openRepository, type Repository } from '@holdfast/engine';
import { makeEvent, newRunId, openRuns } from '@holdfast/runs';
import { createLogger, createMetrics } from '@holdfast/service-kit';
import { localStorage } from '@holdfast/storage';
import { startTestNats } from '@holdfast/testing';
import { validatorSettings } from '../src/config.ts';
import { SOURCE, type ValidatorDependencies } from '../src/dependencies.ts';
import { openMeasures } from '../src/measures.ts';
import { openSlots } from '../src/validation/slots.ts';

export type MadeBackup = {
  readonly bytes?: string;
  readonly createdAt?: string;
  readonly parent?: Manifest;
  readonly rows?: Record<string, number>;
};

/** A validator's dependencies over a real bus and two folders, the second with copies; no PostgreSQL. */
export async function startFixture(env: Readonly<Record<string, string>> = {}) {
  const [nats, dir] = await Promise.all([startTestNats(), mkdtemp(join(tmpdir(), 'hf-validator-'))]);
  await Promise.all(['first', 'copies'].map((folder) => mkdir(join(dir, folder))));
  const bus = await nats.connectAs('validator');
  const observer = await nats.connectAs('history');
  const copies = openRepository(localStorage({ dir: join(dir, 'copies') }));
  const repository: Repository = {
    ...openRepository(localStorage({ dir: join(dir, 'first') })),
    copies: [{ id: 'offsite', open: () => Promise.resolve(copies) }],
  };
  const metrics = createMetrics('validator');
  const deps: ValidatorDependencies = {
    bus,
    runs: await openRuns(bus),
    leases: await bus.leases('leases'),
    worker: 'test',
    onProblem: () => undefined,
    repository,
    verifications: await bus.bucket('verification', verificationSchema),
    measures: openMeasures(metrics),
    drillSlots: openSlots(1),
    settings: validatorSettings.parse({ NATS_URL: nats.url, BACKUP_DIR: dir, ...env }),
    release,
    log: createLogger({ service: 'validator', level: 'silent' }),
  };

  /** A backup without PostgreSQL: bytes with a manifest, as far as bytes alone are looked at. */
  async function put(database: string, made: MadeBackup = {}): Promise<Manifest> {
    const { bytes = 'rows', createdAt = new Date().toISOString(), parent, rows = {} } = made;
    const run = newRunId();
    const type = parent ? 'incremental' : 'full';
    const name = backupName(database, new Date(createdAt), type, run);
    const filename = `${name}${parent ? '.hfd' : '.dump.zst'}`;
    const data = {
      key: `${database}/${filename}`,
      sizeBytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    };
    const manifest = manifestSchema.parse({
      manifestVersion: 1,
      backup: {
        name,
        filename,
        database,
        databaseName: database,
        type,
        parent: parent?.backup.name,
        run,
        createdAt,
        attempt: 1,
        trigger: 'manual',
        description: '',
        durationMs: 1,
        rawBytes: 9,
        sizeBytes: data.sizeBytes,
        sha256: data.sha256,
        compression: 'zstd',
        encrypted: false,
        serverVersion: 150018,
        tablesCount: 0,
        rowsCount: 0,
        warnings: [],
      },
      data: { ...data, rawSha256: data.sha256, format: 'custom' },
      ancestors: parent ? [{ name: parent.backup.name, run: parent.backup.run }, ...parent.ancestors] : [],
      source: { encoding: 'UTF8', collate: 'C', ctype: 'C' },
      fingerprint: {
        version: 1,
        serverVersion: 150018,
        toolsMajor: 15,
        rows,
        schemaSha256: '0'.repeat(64),
        extensions: {},
        roles: [],
        largeObjects: 0,
      },
      madeBy: { release: 'test', worker: 'test', pgDump: '15' },
    });
    for (const { storage } of [repository, copies]) {
      await storage.put(data.key, once(bytes));
      await storage.createIfAbsent(
        `${database}/${name}.manifest.json`,
        Buffer.from(JSON.stringify(manifest)),
      );
    }
    return manifest;
  }

  /** What was published so far, in stream order. */
  async function events(type?: EventType): Promise<readonly Envelope[]> {
    const { lastSequence } = await observer.eventsInfo();
    const seen: Envelope[] = [];
    for await (const { event } of observer.readEvents(1, { untilSequence: lastSequence }))
      if (event && (type === undefined || event.type === type)) seen.push(event);
    return seen;
  }

  return {
    nats,
    dir,
    deps,
    metrics,
    repository,
    copies,
    put,
    events,
    /** Other bytes under the same key. */
    damage: async (place: Repository, { data }: Manifest, bytes = 'ruin'): Promise<void> => {
      await place.storage.remove(data.key);
      await place.storage.put(data.key, once(bytes));
    },
    stop: async (): Promise<void> => {
      await Promise.all([bus.drain(), observer.drain()]);
      await nats.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
export type Fixture = Awaited<ReturnType<typeof startFixture>>;

/** A delivery of an event, the first. */
export const deliveryOf = <T extends EventType>(
  type: T,
  database: string,
  data: EventData<T>,
  run: string = newRunId(),
): Delivery => ({
  event: makeEvent(type, { run, source: SOURCE, database, data, id: randomUUID() }),
  sequence: 1,
  deliveryCount: 1,
  redelivered: false,
  timestamp: new Date().toISOString(),
  signal: new AbortController().signal,
});

async function* once(bytes: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(bytes);
}
