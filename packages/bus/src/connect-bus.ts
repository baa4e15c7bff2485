import { subjectOf, type Envelope } from '@holdfast/contracts';
import type { StreamInfo } from 'nats';
import { readBacklog } from './backlog.ts';
import { openBucket } from './bucket.ts';
import type { Bus, BusOptions, StoredEvent, Subscription } from './bus.ts';
import { connectLink } from './connect-link.ts';
import { consume } from './consume.ts';
import { openCoreSubjects } from './core-subjects.ts';
import { publishAgain, readDeadLetters, removeDeadLetter } from './dead-letters.ts';
import { follow } from './follow.ts';
import { rememberInside } from './inside.ts';
import { callApi, store } from './jetstream-api.ts';
import { bucketStream, prefixWithDot } from './layout.ts';
import { openLeases } from './leases.ts';
import type { Link } from './link.ts';
import { readEnvelope } from './read-envelope.ts';
import { addressOf } from './retry-subject.ts';

const TIMEOUT_MS = 10_000;
const NS_PER_MS = 1_000_000;

/**
 * Connects to NATS. Throws `bus_unavailable` when it cannot be reached within `connectTimeoutMs`, `unauthorized` when it
 * refuses the credentials. Later disconnections are repaired for ever.
 */
export async function connectBus(options: BusOptions): Promise<Bus> {
  const link = await connectLink(options, options.timeoutMs ?? TIMEOUT_MS);
  const subscriptions = new Set<Subscription>();
  const { eventsStream, deadLettersStream } = options;
  const prefix = prefixWithDot(options.prefix);
  let drained: Promise<void> | undefined;

  const drain = async (): Promise<void> => {
    await Promise.all([...subscriptions].map((subscription) => subscription.stop()));
    await link.close();
  };
  const bus: Bus = {
    publish: (event) => publish(link, prefix, event),
    consume: (consuming) => consume(link, { stream: eventsStream, prefix, subscriptions }, consuming),
    readEvents: (from, { signal, untilSequence } = {}) =>
      readEvents(link, eventsStream, prefix, from, signal, untilSequence),
    eventsInfo: async () => {
      const { state } = await streamInfo(link, eventsStream);
      return { firstSequence: state.first_seq, lastSequence: state.last_seq };
    },
    backlog: () => readBacklog(link, eventsStream, deadLettersStream),
    bucket: async (name, schema) => {
      await streamInfo(link, bucketStream(name));
      return openBucket(link, name, schema);
    },
    leases: async (bucket) => {
      const { config } = await streamInfo(link, bucketStream(bucket));
      return openLeases(link, bucket, config.max_age / NS_PER_MS);
    },
    ...openCoreSubjects(link, subscriptions),
    deadLetters: (sequence) => readDeadLetters(link, deadLettersStream, sequence),
    retryDeadLetter: (letter) => publishAgain(link, prefix, letter),
    removeDeadLetter: (sequence) => removeDeadLetter(link, deadLettersStream, sequence),
    isConnected: link.isConnected,
    drain: () => (drained ??= drain()),
  };
  rememberInside(bus, { link, prefix });
  return bus;
}

/** Tells early what is missing, instead of at the first use. */
const streamInfo = (link: Link, stream: string): Promise<StreamInfo> =>
  callApi<StreamInfo>(link, `STREAM.INFO.${stream}`, undefined);

async function publish(
  link: Link,
  prefix: string,
  event: Envelope,
): Promise<{ readonly sequence: number; readonly duplicate: boolean }> {
  const subject = `${prefix}${subjectOf(event.type, event.database)}`;
  const stored = await store(link, subject, JSON.stringify(event), { id: event.id });
  return { sequence: stored.seq, duplicate: stored.duplicate ?? false };
}

async function* readEvents(
  link: Link,
  stream: string,
  prefix: string,
  from: number | Date,
  signal?: AbortSignal,
  until?: number,
): AsyncGenerator<StoredEvent> {
  // Nothing is stored that early, so nothing is to be read.
  if (until !== undefined && (until < 1 || (typeof from === 'number' && until < from))) return;
  const end = until === undefined ? {} : { until };
  for await (const { message, as } of follow(link, { stream, from, signal, ...end })) {
    if (until !== undefined && as.streamSequence > until) return;
    const { subject, retryFor } = addressOf(message.subject.slice(prefix.length));
    const read = readEnvelope(message.data, subject);
    yield {
      sequence: as.streamSequence,
      timestamp: new Date(as.timestampMs).toISOString(),
      subject,
      event: read.ok ? read.event : undefined,
      raw: message.data,
      ...(retryFor === undefined ? {} : { retryFor }),
    };
  }
}
