import { setTimeout as delay } from 'node:timers/promises';
import { HoldfastError } from '@holdfast/contracts';
import { connect, DebugEvents, Events, ErrorCode, NatsError, type NatsConnection } from 'nats';
import { authenticate } from './authenticate.ts';
import type { BusOptions } from './bus.ts';
import { unavailable } from './errors.ts';
import { inboxPrefixOf } from './subjects.ts';

const DEFAULT_TIMEOUT_MS = 10_000;
const FIRST_CONNECT_PAUSE_MS = 100;
// Two missed pings: a peer that vanished without a word is noticed within 30 s instead of the library's 6 minutes.
const PING_INTERVAL_MS = 10_000;

/** A connection that outlives NATS: it comes back by itself, and tells when it did. */
export type Connection = {
  readonly nats: NatsConnection;
  readonly name: string;
  readonly prefix: string;
  readonly eventsStream: string;
  readonly deadLettersStream: string;
  readonly timeoutMs: number;
  isConnected(): boolean;
  /** Throws bus_unavailable when that takes longer, or the bus was closed. Rejects when `signal` aborts. */
  untilConnected(limitMs: number, doing: string, signal?: AbortSignal): Promise<void>;
  /** Called after each reconnect, when the subscriptions are back. Returns how to stop being told. */
  onReconnect(listener: () => void): () => void;
  report(error: Error): void;
  close(): Promise<void>;
};

export async function openConnection(options: BusOptions): Promise<Connection> {
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const report = options.onProblem ?? (() => {});
  const nats = await firstConnect(options, timeoutMs);
  const listeners = new Set<() => void>();
  let connected = true;

  async function followStatus(): Promise<void> {
    for await (const status of nats.status()) {
      if (status.type === Events.Disconnect) {
        connected = false;
        report(unavailable(`connected as ${options.name}: the connection is lost and is being restored`));
      } else if (status.type === Events.Reconnect) {
        connected = true;
        for (const listener of listeners) listener();
      } else if (status.type === Events.Error && status.permissionContext) {
        const { operation, subject } = status.permissionContext;
        report(new HoldfastError('forbidden', `NATS refused ${options.name} to ${operation} on ${subject}.`));
      } else if (status.type === DebugEvents.StaleConnection) {
        connected = false;
      }
    }
  }
  followStatus().catch(report);

  async function untilConnected(limitMs: number, doing: string, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (nats.isClosed()) throw unavailable(`${doing}: this connection was closed`);
    if (connected) return;
    const back = Promise.withResolvers<void>();
    listeners.add(back.resolve);
    const expired = new AbortController();
    const waiting = AbortSignal.any([expired.signal, ...(signal ? [signal] : [])]);
    try {
      await Promise.race([
        back.promise,
        nats.closed().then(() => Promise.reject(unavailable(`${doing}: this connection was closed`))),
        delay(limitMs, undefined, { signal: waiting }).then(() => Promise.reject(unavailable(doing))),
      ]);
    } finally {
      expired.abort();
      listeners.delete(back.resolve);
    }
  }

  return {
    nats,
    name: options.name,
    prefix: options.prefix ?? '',
    eventsStream: options.eventsStream,
    deadLettersStream: options.deadLettersStream,
    timeoutMs,
    isConnected: () => connected && !nats.isClosed(),
    untilConnected,
    onReconnect: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    report,
    close: async () => {
      if (nats.isClosed()) return;
      // Draining flushes, which never ends without a server.
      if (connected) await Promise.race([nats.drain(), delay(timeoutMs, undefined, { ref: false })]);
      await nats.close();
    },
  };
}

async function firstConnect(options: BusOptions, timeoutMs: number): Promise<NatsConnection> {
  const servers = typeof options.servers === 'string' ? [options.servers] : [...options.servers];
  const authenticator = await authenticate(options.credentials);
  const where = servers.join(', ');
  if (servers.some((server) => server.includes('@'))) {
    throw new HoldfastError(
      'invalid_request',
      'The address of NATS carries credentials; put them into a file and name it (NATS_CREDS_FILE).',
    );
  }
  const until = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await connect({
        servers,
        name: options.name,
        inboxPrefix: inboxPrefixOf(options.name),
        timeout: Math.max(1, Math.min(2_000, until - performance.now())),
        maxReconnectAttempts: -1,
        // A server that is restarted with other users must not end us for good.
        ignoreAuthErrorAbort: true,
        reconnectDelayHandler: () => 50 + Math.random() * 250,
        pingInterval: PING_INTERVAL_MS,
        maxPingOut: 2,
        ...(authenticator ? { authenticator } : {}),
      });
    } catch (cause) {
      if (cause instanceof NatsError && cause.code === ErrorCode.AuthorizationViolation) {
        throw new HoldfastError(
          'unauthorized',
          `NATS at ${where} refused the credentials of ${options.name}; check NATS_CREDS_FILE.`,
          { cause },
        );
      }
      if (performance.now() + FIRST_CONNECT_PAUSE_MS >= until) {
        throw new HoldfastError(
          'bus_unavailable',
          `Cannot reach NATS at ${where} within ${timeoutMs} ms; check that it runs and NATS_URL is right.`,
          { cause },
        );
      }
    }
    await delay(FIRST_CONNECT_PAUSE_MS);
  }
}
