import { Client, type ClientBase, type ClientConfig } from 'pg';
import { PostgresError } from '../postgres-error.ts';
import { postgresFailure } from './postgres-failure.ts';
import type { Target } from './target.ts';
import { readTls } from './tls.ts';

/** What a named query needs; inside a snapshot it is the snapshot's own connection. */
export type SqlClient = ClientBase;

const CONNECT_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 30_000;

/**
 * Opens a connection; whoever called ends it. Its loss while idle is no uncaught error: `onLost` hears of it, and the
 * next query fails. Throws server_unreachable, authentication_failed, database_missing, …
 */
export async function openClient(
  target: Target,
  options: { readonly applicationName?: string; readonly onLost?: (cause: Error) => void } = {},
): Promise<Client> {
  try {
    const tls = await readTls(target);
    if (!tls) return await connect(target, false, options);
    try {
      return await connect(target, tls.options, options);
    } catch (error) {
      const plainAnswer = error instanceof Error && error.message.includes('does not support SSL');
      if (!tls.optional || !plainAnswer) throw error;
      return await connect(target, false, options);
    }
  } catch (error) {
    throw postgresFailure(error, target);
  }
}

/** Opens a connection for `use` and closes it. SQL errors that have a code of ours are turned into it. */
export async function withClient<T>(target: Target, use: (client: SqlClient) => Promise<T>): Promise<T> {
  const client = await openClient(target);
  try {
    return await use(client);
  } catch (error) {
    throw postgresFailure(error, target);
  } finally {
    await closeClient(client);
  }
}

/** Ends the connection whatever state it is in; a broken one counts as ended. */
export async function closeClient(client: Client): Promise<void> {
  try {
    await client.end();
  } catch {
    // it is gone already, which is what was wanted
  }
}

async function connect(
  target: Target,
  ssl: ClientConfig['ssl'],
  options: { readonly applicationName?: string; readonly onLost?: (cause: Error) => void },
): Promise<Client> {
  const seconds = Number(target.parameters['connect_timeout'] ?? 0);
  const client = new Client({
    host: target.host,
    port: target.port,
    user: target.user,
    password: target.password,
    database: target.database,
    ssl,
    options: target.parameters['options'],
    application_name: options.applicationName ?? 'holdfast',
    connectionTimeoutMillis: seconds > 0 ? seconds * 1_000 : CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
  });
  // What was never open cannot be lost: an attempt with TLS that the server declines is followed by one without.
  let isOpen = false;
  const lost = (cause: Error): void => {
    if (isOpen) options.onLost?.(cause);
  };
  client.on('error', lost);
  client.on('end', () => lost(new PostgresError('server_unreachable', 'The connection ended.')));
  try {
    await client.connect();
    isOpen = true;
    return client;
  } catch (error) {
    await closeClient(client);
    throw error;
  }
}
