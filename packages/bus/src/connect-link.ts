import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { HoldfastError } from '@holdfast/contracts';
import {
  connect,
  credsAuthenticator,
  ErrorCode,
  NatsError,
  nkeyAuthenticator,
  type Authenticator,
  type NatsConnection,
} from 'nats';
import type { BusOptions, Credentials } from './bus.ts';
import { inboxPrefixOf } from './inbox.ts';
import { openLink, type Link } from './link.ts';

const PAUSE_MS = 100;
/** One that drops our packets must not use up the time that belongs to the other servers. */
const DIAL_MS = 10_000;
/** A broker that is gone without closing the connection is noticed after two unanswered pings. */
const PING_MS = 10_000;
const RECONNECT_WAIT_MS = 250;

/** Connects, trying for `connectTimeoutMs`; later disconnections are repaired for ever. */
export async function connectLink(options: BusOptions, timeoutMs: number): Promise<Link> {
  const servers = typeof options.servers === 'string' ? [options.servers] : [...options.servers];
  const address = servers.map(withoutSecrets).join(', ');
  const authenticator = options.credentials ? await authenticatorOf(options.credentials) : undefined;
  const connectTimeoutMs = options.connectTimeoutMs ?? timeoutMs;
  const until = performance.now() + connectTimeoutMs;
  for (;;) {
    try {
      const connection = await dial(
        options.name,
        servers,
        authenticator,
        Math.min(DIAL_MS, until - performance.now()),
      );
      const report = options.onProblem ?? (() => undefined);
      return openLink(connection, { name: options.name, timeoutMs, address, report });
    } catch (cause) {
      // NATS may be starting beside us; but who we are does not change by asking again.
      if (isRefusal(cause)) {
        throw new HoldfastError(
          'unauthorized',
          `NATS at ${address} refuses the credentials of ${options.name}; check NATS_CREDS_FILE.`,
          { cause },
        );
      }
      if (performance.now() + PAUSE_MS >= until) {
        throw new HoldfastError(
          'bus_unavailable',
          `NATS at ${address} could not be reached for ${Math.round(connectTimeoutMs / 1_000)} s; start it, or check NATS_URL.`,
          { cause },
        );
      }
    }
    await delay(PAUSE_MS);
  }
}

function dial(
  name: string,
  servers: string[],
  authenticator: Authenticator | undefined,
  limitMs: number,
): Promise<NatsConnection> {
  return connect({
    servers,
    name,
    inboxPrefix: inboxPrefixOf(name),
    timeout: Math.max(1, limitMs),
    maxReconnectAttempts: -1,
    reconnectTimeWait: RECONNECT_WAIT_MS,
    // Credentials may be refused for a moment while a server is being reconfigured.
    ignoreAuthErrorAbort: true,
    pingInterval: PING_MS,
    maxPingOut: 2,
    ...(authenticator ? { authenticator } : {}),
  });
}

async function authenticatorOf(credentials: Credentials): Promise<Authenticator> {
  if ('nkeySeed' in credentials) return nkeyAuthenticator(new TextEncoder().encode(credentials.nkeySeed));
  try {
    return credsAuthenticator(await readFile(credentials.credsFile));
  } catch (cause) {
    const message = `Cannot read the NATS credentials ${credentials.credsFile}; check the path and its rights.`;
    throw new HoldfastError('unauthorized', message, { cause });
  }
}

function isRefusal(error: unknown): boolean {
  const codes: readonly string[] = [ErrorCode.AuthorizationViolation, ErrorCode.BadAuthentication];
  return error instanceof NatsError && codes.includes(error.code);
}

/** `nats://user:password@host:4222` without its user and password. */
function withoutSecrets(server: string): string {
  return server.replace(/^([a-z]+:\/\/)?.*@/i, '$1');
}
