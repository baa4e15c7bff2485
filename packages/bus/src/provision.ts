import { eventFamilies, HoldfastError } from '@holdfast/contracts';
import { DiscardPolicy, RetentionPolicy, StorageType, type StreamConfig, type StreamInfo } from 'nats';
import type { Bus } from './bus.ts';
import { droppedSettings } from './dropped-settings.ts';
import { insideOf } from './inside.ts';
import { callApi, jetStreamErrors } from './jetstream-api.ts';
import { bucketStream, bucketSubject, DEAD_LETTERS_SUBJECT } from './layout.ts';
import type { Link } from './link.ts';

const NS_PER_MS = 1_000_000;
const DUPLICATE_WINDOW_MS = 120_000;

export type Topology = {
  readonly eventsStream: string;
  readonly deadLettersStream: string;
  /** First tokens of the subjects that the events stream takes [all of ours]. */
  readonly families?: readonly string[];
  readonly eventsMaxAgeMs: number;
  /** [as long as events] */
  readonly deadLettersMaxAgeMs?: number;
  /** How long the broker knows an event's id [2 m]. */
  readonly duplicateWindowMs?: number;
  /** `ttlMs` 0: for ever. */
  readonly buckets: Readonly<Record<string, { readonly ttlMs: number }>>;
  /** Copies in the cluster [1]. */
  readonly replicas?: number;
};

/**
 * Makes streams and buckets as described; idempotent. What exists is updated where NATS allows it, and what the server
 * gives back is compared with what was asked: older servers drop settings without a word, which throws `internal`.
 */
export async function provision(bus: Bus, topology: Topology): Promise<void> {
  const { link, prefix } = insideOf(bus);
  for (const wanted of streamsOf(topology, prefix)) await provideStream(link, wanted);
}

type Wanted = Partial<StreamConfig> & { readonly name: string };

function streamsOf(topology: Topology, prefix: string): readonly Wanted[] {
  const { eventsMaxAgeMs, duplicateWindowMs = DUPLICATE_WINDOW_MS, buckets } = topology;
  const lettersMaxAgeMs = topology.deadLettersMaxAgeMs ?? eventsMaxAgeMs;
  const common = {
    storage: StorageType.File,
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.Old,
    num_replicas: topology.replicas ?? 1,
  };
  return [
    {
      ...common,
      name: topology.eventsStream,
      subjects: (topology.families ?? eventFamilies).map((family) => `${prefix}${family}.>`),
      max_age: eventsMaxAgeMs * NS_PER_MS,
      duplicate_window: windowNs(duplicateWindowMs, eventsMaxAgeMs),
    },
    {
      ...common,
      name: topology.deadLettersStream,
      subjects: [`${prefix}${DEAD_LETTERS_SUBJECT}.>`],
      max_age: lettersMaxAgeMs * NS_PER_MS,
      duplicate_window: windowNs(DUPLICATE_WINDOW_MS, lettersMaxAgeMs),
    },
    ...Object.entries(buckets).map(([bucket, { ttlMs }]) => ({
      ...common,
      name: bucketStream(bucket),
      subjects: [bucketSubject(bucket, '>')],
      max_msgs_per_subject: 1,
      max_age: ttlMs * NS_PER_MS,
      duplicate_window: windowNs(DUPLICATE_WINDOW_MS, ttlMs),
      // What every client of NATS expects of a bucket.
      discard: DiscardPolicy.New,
      deny_delete: true,
      // A rollup could empty the bucket with one message; `nats kv purge` is the price.
      allow_rollup_hdrs: false,
      allow_direct: true,
    })),
  ];
}

/** The window may not be longer than the messages live. */
const windowNs = (windowMs: number, maxAgeMs: number): number =>
  (maxAgeMs === 0 ? windowMs : Math.min(windowMs, maxAgeMs)) * NS_PER_MS;

async function provideStream(link: Link, wanted: Wanted): Promise<void> {
  const present = await describe(link, wanted.name);
  if (present && droppedSettings(wanted, present).length === 0) return;
  const { config } = present
    ? await callApi<StreamInfo>(link, `STREAM.UPDATE.${wanted.name}`, { ...present, ...wanted })
    : await callApi<StreamInfo>(link, `STREAM.CREATE.${wanted.name}`, wanted);
  const dropped = droppedSettings(wanted, config);
  if (dropped.length === 0) return;
  throw new HoldfastError(
    'internal',
    `NATS made stream ${wanted.name} without its ${dropped.join(', ')}; use nats-server 2.9 or newer.`,
  );
}

async function describe(link: Link, stream: string): Promise<StreamConfig | undefined> {
  try {
    return (await callApi<StreamInfo>(link, `STREAM.INFO.${stream}`, undefined)).config;
  } catch (error) {
    const isMissing =
      error instanceof Error &&
      'errorNumber' in error &&
      error.errorNumber === jetStreamErrors.streamNotFound;
    if (isMissing) return undefined;
    throw error;
  }
}
