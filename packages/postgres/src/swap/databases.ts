import { withClient, type SqlClient } from '../connection/client.ts';
import { quoteIdentifier, quoteLiteral } from '../connection/quote.ts';
import type { Target } from '../connection/target.ts';
import { PostgresError } from '../postgres-error.ts';

/** In all of these `admin` connects to another database of the same server, usually `postgres`. */

export async function databaseExists(admin: Target, name: string): Promise<boolean> {
  return withClient(admin, async (client) => (await existing(client, [name])).has(name));
}

/** Which of `names` exist. */
export async function existing(client: SqlClient, names: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ name: string }>(
    'select datname as name from pg_database where datname = any($1)',
    [names],
  );
  return new Set(rows.map((row) => row.name));
}

/** Databases that can be connected to and are no templates, by name; `pattern` is LIKE's. */
export async function listDatabases(admin: Target, pattern: string): Promise<readonly string[]> {
  return withClient(admin, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      `select datname as name from pg_database
        where datname like $1 and datallowconn and not datistemplate order by 1`,
      [pattern],
    );
    return rows.map((row) => row.name);
  });
}

/** Drops a database with whoever is connected to it. No error when there is none. */
export async function dropDatabase(admin: Target, name: string): Promise<void> {
  await withClient(admin, (client) =>
    client.query(`drop database if exists ${quoteIdentifier(name)} with (force)`),
  );
}

/** Renames a database that nobody is connected to. Throws name_taken, database_missing. */
export async function renameDatabase(admin: Target, from: string, to: string): Promise<void> {
  await withClient(admin, async (client) => {
    try {
      await client.query(`alter database ${quoteIdentifier(from)} rename to ${quoteIdentifier(to)}`);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === '42P04')) throw error;
      throw new PostgresError('name_taken', `A database "${to}" exists already; choose another name.`, {
        cause: error,
      });
    }
  });
}

/** undefined when it has none, or when there is no such database. */
export async function getDatabaseComment(admin: Target, name: string): Promise<string | undefined> {
  return withClient(admin, async (client) => {
    const { rows } = await client.query<{ comment: string | null }>(
      `select shobj_description(oid, 'pg_database') as comment from pg_database where datname = $1`,
      [name],
    );
    return rows[0]?.comment ?? undefined;
  });
}

/** undefined takes the comment away. */
export async function setDatabaseComment(
  admin: Target,
  name: string,
  comment: string | undefined,
): Promise<void> {
  const text = comment === undefined ? 'null' : quoteLiteral(comment);
  await withClient(admin, (client) =>
    client.query(`comment on database ${quoteIdentifier(name)} is ${text}`),
  );
}
