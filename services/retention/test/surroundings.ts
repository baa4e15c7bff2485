import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bus, Delivery } from '@holdfast/bus';
import {
  catalogueEntrySchema,
  eventSchemas,
  pinSchema,
  storedPolicySchema,
  verificationSchema,
  type Envelope,
  type EventData,
  type EventType,
} from '@holdfast/contracts';
import { openRepository, withCopies } from '@holdfast/engine';
import { makeEvent, newRunId, openRuns } from '@holdfast/runs';
import { createLogger, createMetrics } from '@holdfast/service-kit';
import { localStorage, type Storage } from '@holdfast/storage';
import { startTestNats } from '@holdfast/testing';
import { retentionSettings } from '../src/config.ts';
import type { RetentionDependencies } from '../src/dependencies.ts';
import { openMeasures } from '../src/measures.ts';
import { BEGIN } from './made-manifest.ts';

export type Options = {
  readonly settings?: Readonly<Record<string, string>>;
  /** In place of the primary one. */
  readonly storage?: Storage;
  readonly copies?: readonly { readonly id: string; readonly storage: Storage }[];
  /** Hours after the beginning of 2026. */
  readonly hour?: number;
};

/** NATS with its users, and folders; what the service works with is opened over them as often as a test wants. */
export async function startSurroundings() {
  const dir = await mkdtemp(join(tmpdir(), 'hf-retention-'));
  const nats = await startTestNats();
  const buses: Bus[] = [];
  const connect = async (user: 'retention' | 'api-gateway' | 'validator'): Promise<Bus> => {
    const bus = await nats.connectAs(user);
    buses.push(bus);
    return bus;
  };
  const gateway = await connect('api-gateway');
  const validator = await connect('validator');
  const bus = await connect('retention');
  let folders = 0;

  return {
    nats,
    gateway,
    /** A new, empty place. */
    newFolder: async (): Promise<string> => {
      folders += 1;
      const folder = join(dir, `place-${folders}`);
      await mkdir(folder);
      return folder;
    },
    open: async (options: Options = {}): Promise<RetentionDependencies> => {
      const { hour = 24 * 100, copies = [] } = options;
      const storage = options.storage ?? localStorage({ dir });
      return {
        bus,
        runs: await openRuns(bus),
        leases: await bus.leases('leases'),
        worker: 'test',
        onProblem: (error) => {
          throw error;
        },
        repository: withCopies(
          openRepository(storage),
          copies.map(({ id, storage: copy }) => ({ id, open: async () => openRepository(copy) })),
        ),
        primaryId: 'primary',
        settings: retentionSettings.parse({ NATS_URL: nats.url, ...options.settings }),
        log: createLogger({ service: 'retention', level: 'silent' }),
        measures: openMeasures(createMetrics('retention')),
        now: () => new Date(BEGIN + hour * 3_600_000),
        policies: await bus.bucket('policies', storedPolicySchema),
        pins: await bus.bucket('pins', pinSchema),
        verification: await bus.bucket('verification', verificationSchema),
        catalogue: await bus.bucket('catalogue', catalogueEntrySchema),
      };
    },
    pin: async (name: string, until?: string): Promise<void> => {
      const pins = await gateway.bucket('pins', pinSchema);
      const at = '2026-01-01T00:00:00Z';
      await pins.create(name, { reason: 'test', by: 'anna', at, ...(until === undefined ? {} : { until }) });
    },
    storePolicy: async (database: string, policy: Readonly<Record<string, unknown>>): Promise<void> => {
      const policies = await gateway.bucket('policies', storedPolicySchema);
      const value = storedPolicySchema.parse({
        policy,
        updatedAt: '2026-01-01T00:00:00Z',
        updatedBy: 'anna',
      });
      await policies.create(database, value);
    },
    prove: async (database: string, name: string, filename: string): Promise<void> => {
      const verification = await validator.bucket('verification', verificationSchema);
      await verification.create(name, { database, filename, provenAt: '2026-01-01T00:00:00Z' });
    },
    /** Of a database, in the order of the stream. */
    told: async <T extends EventType>(type: T, database: string): Promise<readonly EventData<T>[]> => {
      const found = await eventsOf(gateway, type, database);
      return found.map(({ data }) => eventSchemas[type].parse(data) as EventData<T>); // the table's own pairing
    },
    eventsOf: (type: EventType, database: string) => eventsOf(gateway, type, database),
    stop: async (): Promise<void> => {
      await Promise.all(buses.map((each) => each.drain()));
      await nats.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
export type Surroundings = Awaited<ReturnType<typeof startSurroundings>>;

async function eventsOf(bus: Bus, type: EventType, database: string): Promise<readonly Envelope[]> {
  const { firstSequence, lastSequence } = await bus.eventsInfo();
  const found: Envelope[] = [];
  if (lastSequence === 0) return found;
  for await (const { event } of bus.readEvents(firstSequence, { untilSequence: lastSequence }))
    if (event?.type === type && event.database === database) found.push(event);
  return found;
}

export function asked<T extends EventType>(
  type: T,
  database: string | undefined,
  data: EventData<T>,
  fields: { readonly run?: string; readonly time?: Date } = {},
): Envelope {
  const { run = newRunId(), time = new Date() } = fields;
  return makeEvent(type, { run, source: '/holdfast/test', database, data, time });
}

/** As the bus would hand it over. */
export const delivered = (event: Envelope): Delivery => ({
  event,
  sequence: 1,
  deliveryCount: 1,
  redelivered: false,
  timestamp: event.time,
  signal: new AbortController().signal,
});

export async function keysIn(storage: Storage): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of storage.list('')) keys.push(key);
  return keys;
}

/** Names of the backups that have a manifest. */
export const namesIn = async (storage: Storage): Promise<readonly string[]> =>
  (await keysIn(storage))
    .filter((key) => key.endsWith('.manifest.json'))
    .map((key) => key.slice(key.indexOf('/') + 1, -'.manifest.json'.length));
