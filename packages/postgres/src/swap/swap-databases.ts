import { setTimeout as delay } from 'node:timers/promises';
import { closeClient, openClient, withClient, type SqlClient } from '../connection/client.ts';
import { postgresFailure } from '../connection/postgres-failure.ts';
import { quoteIdentifier } from '../connection/quote.ts';
import type { Target } from '../connection/target.ts';
import { PostgresError } from '../postgres-error.ts';
import { existing } from './databases.ts';

export type SwapOptions = {
  /** The name that everybody connects to. Need not exist: then `incoming` simply takes it. */
  readonly live: string;
  /** The database that takes it. */
  readonly incoming: string;
  /** The name of the previous one from then on. */
  readonly keepAs: string;
};

/** How often sessions that came in meanwhile are ended. PostgreSQL itself looks every 100 ms whether all are gone, for 5 s. */
const TERMINATE_EVERY_MS = 20;
const LOCK_TIMEOUT_MS = 10_000;

/**
 * Exchanges databases by their names, in one transaction: at any moment `live` is the whole old or the whole new one.
 * Its sessions are ended, since no database is renamed under a session. Throws swap_failed, and then nothing changed.
 */
export async function swapDatabases(admin: Target, options: SwapOptions): Promise<void> {
  const hasLive = await assertPossible(admin, options);
  const rename = await openClient(admin, { applicationName: 'holdfast swap' });
  const terminate = await openClient(admin, { applicationName: 'holdfast swap' }).catch(
    async (error: unknown) => {
      await closeClient(rename);
      throw error;
    },
  );
  const over = new AbortController();
  const names = hasLive ? [options.live, options.incoming] : [options.incoming];
  const terminating = terminateOthers(terminate, names, over.signal);
  try {
    await renameBoth(rename, options, hasLive);
  } catch (cause) {
    over.abort();
    const trouble = await terminating;
    if (await isSwapped(admin, options)) return;
    throw swapFailed(options, trouble ?? cause);
  } finally {
    over.abort();
    await terminating;
    await closeClient(rename);
    await closeClient(terminate);
  }
}

/** Nobody's session is ended for a swap that cannot be. Answers whether `live` exists. */
async function assertPossible(admin: Target, options: SwapOptions): Promise<boolean> {
  const { live, incoming, keepAs } = options;
  const there = await withClient(admin, (client) => existing(client, [live, incoming, keepAs]));
  if (!there.has(incoming)) {
    throw swapFailed(options, new Error(`database "${incoming}" does not exist`));
  }
  if (there.has(keepAs) && there.has(live)) {
    throw swapFailed(options, new Error(`database "${keepAs}" exists already`));
  }
  return there.has(live);
}

async function renameBoth(client: SqlClient, options: SwapOptions, hasLive: boolean): Promise<void> {
  const live = quoteIdentifier(options.live);
  await client.query('begin');
  await client.query(`set local lock_timeout = ${LOCK_TIMEOUT_MS}`);
  await client.query('set local statement_timeout = 0');
  // From here on new connections to either name wait, until the commit decides what they get.
  if (hasLive) await client.query(`alter database ${live} rename to ${quoteIdentifier(options.keepAs)}`);
  await client.query(`alter database ${quoteIdentifier(options.incoming)} rename to ${live}`);
  await client.query('commit');
}

/** Ends all sessions of `names` again and again until `signal`; answers what stood in the way, if anything. */
async function terminateOthers(
  client: SqlClient,
  names: readonly string[],
  signal: AbortSignal,
): Promise<unknown> {
  let trouble: unknown;
  while (!signal.aborted) {
    try {
      await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = any($1)', [
        names,
      ]);
      await delay(TERMINATE_EVERY_MS, undefined, { signal });
    } catch (error) {
      if (signal.aborted) return trouble;
      // Perhaps only one session is not ours to end; the rename waits for it 5 s and then tells of it.
      trouble = error;
      await delay(TERMINATE_EVERY_MS);
    }
  }
  return trouble;
}

/** The answer to a commit can be lost; the names tell. */
async function isSwapped(admin: Target, { live, incoming }: SwapOptions): Promise<boolean> {
  const there = await withClient(admin, (client) => existing(client, [live, incoming]));
  return there.has(live) && !there.has(incoming);
}

function swapFailed({ live, incoming }: SwapOptions, cause: unknown): PostgresError {
  const reason = postgresFailure(cause).message.replace(/[.\s]+$/, '');
  return new PostgresError(
    'swap_failed',
    `"${incoming}" could not take the name "${live}": ${reason}. "${live}" is as it was; remove the cause, then try again.`,
    { cause },
  );
}
