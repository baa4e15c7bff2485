import type { Envelope, Failure } from '@holdfast/contracts';
import type { z } from 'zod';

/** How to prove who we are: an nkey seed itself, or the path of a .creds file of NATS. */
export type Credentials = { readonly nkeySeed: string } | { readonly credsFile: string };

export type BusOptions = {
  readonly servers: string | readonly string[];
  /** The service's name: shown by NATS, queue group of `respond`, and prefix of the inbox (`_INBOX.<name>`). */
  readonly name: string;
  readonly credentials?: Credentials;
  readonly eventsStream: string;
  readonly deadLettersStream: string;
  /** Goes before every event's subject on a shared bus [none]. */
  readonly prefix?: string;
  /** How long a call waits for NATS before it throws `bus_unavailable` [10 s]. */
  readonly timeoutMs?: number;
  /** How long the first connect tries [timeoutMs]. */
  readonly connectTimeoutMs?: number;
  /** Told what no caller can be told: a broken delivery, a lost connection [nobody]. */
  readonly onProblem?: (error: Error) => void;
};

/** One message of the events stream on its way to a handler. */
export interface Delivery {
  readonly event: Envelope;
  readonly sequence: number;
  /** 1 the first time. */
  readonly deliveryCount: number;
  readonly redelivered: boolean;
  /** When the stream stored it. */
  readonly timestamp: string;
  /** Aborts when the subscription stops and its deadline nears: finish, or throw RetryLater. */
  readonly signal: AbortSignal;
}

export type ConsumeOptions = {
  /** Name of the durable consumer; replicas with the same name share its messages. */
  readonly durable: string;
  /** Without prefix: `backup.requested.>`, or `>` for all. */
  readonly filterSubject: string;
  /** Handlers at the same time in this process [1]. */
  readonly concurrency?: number;
  /** A message that was delivered more often goes to the dead letters before its handler sees it [20]. */
  readonly maxDeliveries?: number;
  /** One message at a time among all replicas, so strictly in stream order [false]. */
  readonly ordered?: boolean;
  /** A message whose handler is not heard of for so long is given to another [30 s]. */
  readonly ackWaitMs?: number;
  /** How often the broker hears that a handler still works [10 s]. */
  readonly workingEveryMs?: number;
  /** Returns: acknowledged. Throws: retried or dead-lettered, as judgeFailure says; RetryLater names the delay itself. */
  readonly handle: (delivery: Delivery) => Promise<void>;
  /** Called after the dead letter is stored. Not called for what is no event at all. */
  readonly onDeadLetter?: (delivery: Delivery, reason: Failure) => Promise<void>;
};

export interface Subscription {
  /** Takes no new messages; what is in flight goes on. */
  pause(): void;
  /**
   * Stops pulling and waits for what is in flight. The delivery's signal aborts at once when `deadlineMs` [10 s] is under
   * a second, else a fifth of it before the end; what is unfinished then is given back. Idempotent.
   */
  stop(deadlineMs?: number): Promise<void>;
}

export type Backlog = {
  readonly consumers: readonly { readonly durable: string; readonly pending: number }[];
  readonly deadLetters: number;
};

/** A message as the events stream holds it. */
export type StoredEvent = {
  readonly sequence: number;
  readonly timestamp: string;
  /** Without prefix. */
  readonly subject: string;
  /** Undefined: not a valid envelope. */
  readonly event: Envelope | undefined;
  readonly raw: Uint8Array;
  /** It is there again, for this durable alone: the retry of a dead letter. */
  readonly retryFor?: string;
};

export type DeadLetter = {
  readonly sequence: number;
  /** The envelope; where it was none, `{ base64 }` with the bytes as they came. */
  readonly event: unknown;
  readonly reason: Failure;
  readonly durable: string;
  readonly deliveryCount: number;
  readonly at: string;
};

export type Entry<T> = { readonly key: string; readonly value: T; readonly revision: number };

/** What a watch tells of a key that was removed. */
export type Removed = { readonly key: string; readonly value: undefined; readonly revision: number };

/** A key-value bucket whose values are JSON of one schema. A value that does not fit it throws `internal`. */
export interface Bucket<T> {
  get(key: string): Promise<Entry<T> | undefined>;
  /** Undefined: the key exists. */
  create(key: string, value: T): Promise<Entry<T> | undefined>;
  /** Undefined: the key is no longer at `revision`. */
  update(key: string, value: T, revision: number): Promise<Entry<T> | undefined>;
  /** Idempotent. With a revision only that one is removed: throws `version_conflict` when the key is no longer at it. */
  remove(key: string, revision?: number): Promise<void>;
  /** The present value first, then every change, until `signal` aborts. Goes on after a reconnect. Expiry is not told. */
  watch(key: string, signal: AbortSignal): AsyncIterable<Entry<T> | Removed>;
  entries(): Promise<readonly Entry<T>[]>;
  /**
   * The present entries whose keys begin with `prefix` and a dot [all], then every change, until `signal` aborts; read in
   * pages as they are taken, so a bucket of any size needs little memory. An entry that does not fit the schema is
   * reported and left out. Expiry is not told.
   */
  changes(options: { readonly prefix?: string; readonly signal: AbortSignal }): AsyncIterable<Change<T>>;
}

/** `unread`: what the bucket held beyond this entry when it was sent. */
export type Change<T> = (Entry<T> | Removed) & { readonly unread: number };

export interface Lease {
  /** The revision at acquisition: grows with every new holder. */
  readonly token: number;
  /** Aborts when the lease is another's, or could not be renewed for its whole life. */
  readonly lost: AbortSignal;
  /** Idempotent. */
  release(): Promise<void>;
}

export interface Leases {
  /** Undefined: held by a living one. Renews itself until released. */
  acquire(key: string, holder: string): Promise<Lease | undefined>;
  /** Resolves when nobody holds the key: released, or expired. Rejects when `signal` aborts. */
  waitUntilFree(key: string, signal: AbortSignal): Promise<void>;
}

/** Everything fails with code `bus_unavailable` when NATS cannot be reached, `forbidden` when it refuses us. */
export interface Bus {
  /** Awaits the broker's word that the event is stored; waits out a disconnection up to `timeoutMs`. Message id = event id. */
  publish(event: Envelope): Promise<{ readonly sequence: number; readonly duplicate: boolean }>;
  consume(options: ConsumeOptions): Promise<Subscription>;
  /**
   * In stream order, straight from the stream, from a sequence or from what was stored at a time on; without
   * `untilSequence` it follows until `signal` aborts.
   */
  readEvents(
    from: number | Date,
    options?: { readonly signal?: AbortSignal; readonly untilSequence?: number },
  ): AsyncIterable<StoredEvent>;
  eventsInfo(): Promise<{ readonly firstSequence: number; readonly lastSequence: number }>;
  /** What waits: events that each durable was not given yet, and dead letters. */
  backlog(): Promise<Backlog>;
  bucket<T>(name: string, schema: z.ZodType<T>): Promise<Bucket<T>>;
  leases(bucket: string): Promise<Leases>;
  /** Ephemeral: whoever listens now hears it. Dropped while disconnected; never throws. */
  broadcast(subject: string, payload: unknown): void;
  listen(
    subject: string,
    signal: AbortSignal,
  ): AsyncIterable<{ readonly subject: string; readonly payload: unknown }>;
  /** Nobody there, or no answer in time: code `bus_unavailable`. What the other side threw arrives with its code. */
  request(subject: string, payload: unknown, timeoutMs: number): Promise<unknown>;
  /** One of the replicas with our name answers. */
  respond(subject: string, handle: (payload: unknown) => Promise<unknown>): Promise<Subscription>;
  /** Those stored when it is called, oldest first; with a sequence that one alone. */
  deadLetters(sequence?: number): AsyncIterable<DeadLetter>;
  /**
   * Gives its event to the durable that gave it up, and to nobody else; the letter stays. Twice within two minutes counts
   * once. Throws `dead_letter_unusable` for what is no event.
   */
  retryDeadLetter(letter: DeadLetter): Promise<void>;
  /** Idempotent. */
  removeDeadLetter(sequence: number): Promise<void>;
  isConnected(): boolean;
  /** Stops the subscriptions, sends what is buffered and closes. Idempotent. */
  drain(): Promise<void>;
}
