import { HoldfastError } from '@holdfast/contracts';
import { setTimeout as delay } from 'node:timers/promises';
import { ErrorCode, Events, NatsError, type Msg, type MsgHdrs, type NatsConnection } from 'nats';
import { inboxPrefixOf } from './inbox.ts';
import { openRequests, type Unanswered } from './requests.ts';

/** One request is given up after so long and, while its caller still waits, sent again. */
const ATTEMPT_MS = 5_000;
/** JetStream answers "no responders" for a moment while the server starts. */
const PAUSE_MS = 50;

export type AskOptions = {
  readonly headers?: MsgHdrs;
  /** In all, outages included [the link's]. */
  readonly timeoutMs?: number;
};

/** The connection, with what every part of the bus needs of it. */
export interface Link {
  readonly name: string;
  readonly timeoutMs: number;
  readonly connection: NatsConnection;
  /** Aborts when the bus drains: ends whatever follows or watches. */
  readonly closing: AbortSignal;
  isConnected(): boolean;
  /** Throws bus_unavailable after `limitMs`; returns early when `signal` aborts. */
  whenConnected(limitMs: number, signal?: AbortSignal): Promise<void>;
  /** Called on every disconnect; returns how to stop that. */
  onDisconnect(listener: () => void): () => void;
  /**
   * One request, its answer awaited; sent again through disconnections until the time is over. Only for requests that
   * may arrive twice: reads, and writes with a message id.
   */
  ask(subject: string, payload: string, options?: AskOptions): Promise<Msg>;
  /** One request, sent once. */
  askOnce(subject: string, payload: string, timeoutMs: number, headers?: MsgHdrs): Promise<Msg>;
  report(error: Error): void;
  close(): Promise<void>;
}

export type LinkOptions = {
  readonly name: string;
  readonly timeoutMs: number;
  /** Without credentials, for messages. */
  readonly address: string;
  readonly report: (error: Error) => void;
};

export function openLink(connection: NatsConnection, options: LinkOptions): Link {
  const { name, timeoutMs, address, report } = options;
  const closing = new AbortController();
  const disconnected = new Set<() => void>();
  const connected = new Set<() => void>();
  let isUp = true;
  const requests = openRequests(connection, inboxPrefixOf(name), (why, subject) =>
    unavailable(WORDS[why](subject, address)),
  );

  const follow = async (): Promise<void> => {
    for await (const status of connection.status()) {
      if (status.type === Events.Disconnect) {
        isUp = false;
        if (!closing.signal.aborted)
          report(unavailable(`Lost the connection to NATS at ${address}; trying again.`));
        for (const listener of disconnected) listener();
        requests.lose();
      } else if (status.type === Events.Reconnect) {
        isUp = true;
        for (const listener of connected) listener();
      } else if (status.type === Events.Error && status.permissionContext) {
        const { operation, subject } = status.permissionContext;
        report(refused(`NATS refuses ${name} the ${operation} of ${subject}.`));
        if (operation === 'publish')
          requests.refuse(subject, refused(`NATS refuses ${name} to ask ${subject}.`));
      }
    }
    isUp = false;
    for (const listener of disconnected) listener();
    requests.lose();
  };
  follow().catch((cause: unknown) => report(unavailable('The connection to NATS broke.', cause)));

  const isConnected = (): boolean => isUp && !connection.isClosed();

  async function whenConnected(limitMs: number, signal?: AbortSignal): Promise<void> {
    if (isConnected() || signal?.aborted) return;
    if (connection.isClosed()) throw unavailable('The bus is closed.');
    await new Promise<void>((resolve, reject) => {
      const settle = (then: () => void) => () => {
        clearTimeout(timer);
        connected.delete(up);
        signal?.removeEventListener('abort', up);
        closing.signal.removeEventListener('abort', closed);
        then();
      };
      const up = settle(resolve);
      const closed = settle(() => reject(unavailable('The bus is closed.')));
      const late = settle(() =>
        reject(unavailable(`NATS at ${address} cannot be reached; start it, or check NATS_URL.`)),
      );
      // A timer of Node holds 24 days at most; "for ever" is that.
      const timer = setTimeout(late, Math.min(limitMs, 2 ** 31 - 1));
      connected.add(up);
      signal?.addEventListener('abort', up, { once: true });
      closing.signal.addEventListener('abort', closed, { once: true });
    });
  }

  async function askOnce(subject: string, payload: string, limitMs: number, headers?: MsgHdrs): Promise<Msg> {
    try {
      return await requests.send(subject, payload, Math.max(1, limitMs), headers);
    } catch (error) {
      throw explain(error, subject, name, address);
    }
  }

  async function ask(subject: string, payload: string, asking: AskOptions = {}): Promise<Msg> {
    const until = performance.now() + (asking.timeoutMs ?? timeoutMs);
    for (;;) {
      await whenConnected(until - performance.now());
      try {
        const remainingMs = until - performance.now();
        return await askOnce(subject, payload, Math.min(ATTEMPT_MS, remainingMs), asking.headers);
      } catch (error) {
        const mayPass = error instanceof HoldfastError && error.code === 'bus_unavailable';
        if (!mayPass || performance.now() + PAUSE_MS >= until || connection.isClosed()) throw error;
      }
      await delay(PAUSE_MS);
    }
  }

  async function close(): Promise<void> {
    if (closing.signal.aborted) return;
    closing.abort();
    if (isConnected()) await Promise.race([connection.drain(), delay(timeoutMs, undefined, { ref: false })]);
    await connection.close();
  }

  return {
    name,
    timeoutMs,
    connection,
    closing: closing.signal,
    isConnected,
    whenConnected,
    onDisconnect: (listener) => {
      disconnected.add(listener);
      return () => disconnected.delete(listener);
    },
    ask,
    askOnce,
    report,
    close,
  };
}

const WORDS: Readonly<Record<Unanswered, (subject: string, address: string) => string>> = {
  'nobody listens': (subject, address) => `Nobody answers ${subject} on NATS at ${address}.`,
  'too late': (subject, address) => `NATS at ${address} gave no answer to ${subject} in time.`,
  'connection lost': (subject, address) =>
    `The connection to NATS at ${address} broke while ${subject} was asked.`,
};

const unavailable = (message: string, cause?: unknown) =>
  new HoldfastError('bus_unavailable', message, { cause });
const refused = (message: string, cause?: unknown) =>
  new HoldfastError('forbidden', `${message} Check the user's permissions.`, { cause });

function explain(cause: unknown, subject: string, name: string, address: string): HoldfastError {
  if (cause instanceof HoldfastError) return cause;
  const code: string | undefined = cause instanceof NatsError ? cause.code : undefined;
  if (code === ErrorCode.PermissionsViolation)
    return refused(`NATS refuses ${name} to ask ${subject}.`, cause);
  if (code === ErrorCode.MaxPayloadExceeded) {
    return new HoldfastError('payload_too_large', `The message for ${subject} is larger than NATS takes.`, {
      cause,
    });
  }
  return unavailable(`NATS at ${address} failed to answer ${subject}.`, cause);
}
