import { HoldfastError } from '@holdfast/contracts';
import { Kysely, PostgresDialect, type Transaction } from 'kysely';
import { Pool } from 'pg';
import { columnTypes } from './column-types.ts';
import { translatingPool } from './translating-pool.ts';
import { SCHEMA, type Tables } from './tables.ts';

/** The read model, in schema `holdfast`. `destroy()` closes its connections. */
export type HistoryDatabase = Kysely<Tables>;
export type HistoryTransaction = Transaction<Tables>;

export type ConnectOptions = {
  /** Shown in pg_stat_activity [holdfast]. */
  readonly applicationName?: string;
  /** [5] */
  readonly maxConnections?: number;
  /** How long to wait for a connection [5 s], and for an answer [60 s]. */
  readonly connectTimeoutMs?: number;
  readonly queryTimeoutMs?: number;
  /** Told of a connection that broke while nobody used it [nobody: the next query says it]. */
  readonly onProblem?: (error: Error) => void;
};

/**
 * Opens a pool; connects with the first query. A server that cannot be asked throws `history_unavailable`, on any query, and
 * later queries connect anew. Throws `invalid_request` for what is no PostgreSQL URL.
 */
export function connectDatabase(url: string, options: ConnectOptions = {}): HistoryDatabase {
  if (!/^postgres(?:ql)?:\/\//.test(url)) {
    const message =
      'HISTORY_DATABASE_URL is no PostgreSQL URL; write postgres://user:password@host:5432/name.';
    throw new HoldfastError('invalid_request', message);
  }
  const pool = new Pool({
    connectionString: url,
    application_name: options.applicationName ?? 'holdfast',
    max: options.maxConnections ?? 5,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 5_000,
    query_timeout: options.queryTimeoutMs ?? 60_000,
    keepAlive: true,
    allowExitOnIdle: true,
    types: columnTypes,
  });
  pool.on('error', (error) => options.onProblem?.(error));
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool: translatingPool(pool) }) }).withSchema(
    SCHEMA,
  );
}
