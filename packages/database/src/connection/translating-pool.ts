import type { PostgresPool, PostgresPoolClient } from 'kysely';
import type pg from 'pg';
import { historyFailure, isUnreachable } from './history-failure.ts';

/** The pool as Kysely sees it: failures to reach the server come as `history_unavailable`, a broken connection is not reused. */
export function translatingPool(pool: pg.Pool): PostgresPool {
  return {
    options: pool.options,
    end: () => pool.end(),
    connect: async () => {
      try {
        return translatingClient(await pool.connect());
      } catch (error) {
        throw historyFailure(error);
      }
    },
  };
}

function translatingClient(client: pg.PoolClient): PostgresPoolClient {
  let isBroken = false;
  // While it is lent out the pool does not listen; an 'error' nobody hears would end the process. The query rejects too.
  const onError = (): void => {
    isBroken = true;
  };
  client.on('error', onError);
  const query = async (sql: string, parameters: readonly unknown[]): Promise<unknown> => {
    try {
      return await client.query(sql, [...parameters]);
    } catch (error) {
      isBroken ||= isUnreachable(error);
      throw historyFailure(error);
    }
  };
  return {
    query: query as PostgresPoolClient['query'], // its other overload takes a cursor, which we never give
    release: () => {
      client.off('error', onError);
      client.release(isBroken);
    },
  };
}
