import { EventEmitter, on, once } from 'node:events';
import type { Bucket, Bus, Delivery } from '@holdfast/bus';
import { HoldfastError, subjectOf, type AuditRecord, type Envelope } from '@holdfast/contracts';
import { memoryBucket } from './memory-bucket.ts';

export type MemoryBus = Bus & {
  /** Everything that was published, duplicates and the audit left out. */
  readonly published: readonly Envelope[];
  /** What the audit was told. */
  readonly audited: readonly AuditRecord[];
  /** From now on nothing can be reached. */
  fail(): void;
  recover(): void;
};

/** A bus within this process: for what is about HTTP and not about NATS. */
export function memoryBus(): MemoryBus {
  const published: Envelope[] = [];
  const audited: AuditRecord[] = [];
  const stream: Envelope[] = [];
  const storedAt: string[] = [];
  const arrivals = new EventEmitter().setMaxListeners(0);
  const buckets = new Map<string, Bucket<never>>();
  const consumers: { readonly prefix: string; readonly handle: (delivery: Delivery) => Promise<void> }[] = [];
  const responders = new Map<string, (payload: unknown) => Promise<unknown>>();
  const broadcasts = new EventEmitter().setMaxListeners(0);
  let isDown = false;
  const assertUp = (): void => {
    if (isDown) throw new HoldfastError('bus_unavailable', 'NATS cannot be reached at memory:.');
  };
  const guarded = <T>(bucket: Bucket<T>): Bucket<T> =>
    new Proxy(bucket, {
      get: (target, property, receiver) => {
        assertUp();
        return Reflect.get(target, property, receiver) as unknown; // a method of the bucket
      },
    });
  const unused = (): never => {
    throw new Error('not part of these tests');
  };
  return {
    published,
    audited,
    fail: () => {
      isDown = true;
    },
    recover: () => {
      isDown = false;
    },
    publish: async (event) => {
      assertUp();
      if (stream.some((earlier) => earlier.id === event.id)) {
        return { sequence: stream.length, duplicate: true };
      }
      stream.push(event);
      storedAt.push(new Date().toISOString());
      if (event.type === 'audit.recorded')
        audited.push(event.data as AuditRecord); // the gateway makes them
      else published.push(event);
      arrivals.emit('arrival');
      const subject = subjectOf(event.type, event.database);
      const delivery: Delivery = {
        event,
        sequence: stream.length,
        deliveryCount: 1,
        redelivered: false,
        timestamp: event.time,
        signal: new AbortController().signal,
      };
      for (const { prefix, handle } of consumers) {
        if (subject.startsWith(prefix)) setImmediate(() => void handle(delivery));
      }
      return { sequence: stream.length, duplicate: false };
    },
    consume: async ({ filterSubject, handle }) => {
      consumers.push({ prefix: filterSubject.replace(/>$/, ''), handle });
      return { pause: () => undefined, stop: async () => undefined };
    },
    bucket: async <T>(name: string) => {
      const bucket = buckets.get(name) ?? memoryBucket<never>();
      buckets.set(name, bucket);
      return guarded(bucket as unknown as Bucket<T>); // one bucket per name, whatever it holds
    },
    broadcast: (subject, payload) => {
      for (const pattern of [subject, subject.replace(/[^.]+$/, '*')])
        broadcasts.emit(pattern, { subject, payload });
    },
    listen: async function* (subject, signal) {
      try {
        for await (const [message] of on(broadcasts, subject, { signal })) yield message;
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    },
    request: async (subject, payload) => {
      const respond = responders.get(subject);
      if (isDown || !respond) throw new HoldfastError('bus_unavailable', `Nobody answers ${subject}.`);
      return respond(payload);
    },
    respond: async (subject, handle) => {
      responders.set(subject, handle);
      return { pause: () => undefined, stop: async () => undefined };
    },
    isConnected: () => !isDown,
    drain: async () => undefined,
    leases: unused,
    readEvents: async function* (from, { untilSequence, signal } = {}) {
      assertUp();
      const first =
        typeof from === 'number'
          ? from
          : storedAt.findIndex((at) => new Date(at) >= from) + 1 || stream.length + 1;
      for (let sequence = first; sequence <= (untilSequence ?? Number.POSITIVE_INFINITY); sequence += 1) {
        while (stream.length < sequence) {
          if (untilSequence !== undefined || signal?.aborted) return;
          await once(arrivals, 'arrival', signal ? { signal } : {}).catch(() => undefined);
        }
        const event = stream[sequence - 1];
        if (!event || signal?.aborted) return;
        const raw = Buffer.from(JSON.stringify(event));
        const timestamp = storedAt[sequence - 1] ?? event.time;
        yield { sequence, timestamp, subject: subjectOf(event.type, event.database), event, raw };
      }
    },
    eventsInfo: async () => {
      assertUp();
      return { firstSequence: 1, lastSequence: stream.length };
    },
    backlog: unused,
    deadLetters: async function* () {
      assertUp();
      yield* [];
    },
    retryDeadLetter: unused,
    removeDeadLetter: async () => assertUp(),
  };
}
