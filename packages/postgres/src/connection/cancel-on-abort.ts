import { withClient, type SqlClient } from './client.ts';
import type { Target } from './target.ts';

/**
 * Runs queries on `client`; an abort cancels the one that runs, on the server, and rejects with the signal's reason.
 * The connection itself stays.
 */
export async function cancelOnAbort<T>(
  client: SqlClient,
  target: Target,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const pid = rows[0]?.pid;
  let cancelling: Promise<unknown> | undefined;
  const cancel = (): void => {
    cancelling = withClient(target, (other) => other.query('select pg_cancel_backend($1)', [pid]));
    // Unreachable means that the session is lost as well, and with it the query.
    cancelling.catch(() => undefined);
  };
  signal.addEventListener('abort', cancel, { once: true });
  try {
    signal.throwIfAborted();
    return await work();
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    signal.removeEventListener('abort', cancel);
    await cancelling?.catch(() => undefined); // see above; awaited so that it hits no later query
  }
}
