import { withClient, type SqlClient } from '../connection/client.ts';
import { quoteIdentifier, quoteLiteral } from '../connection/quote.ts';
import type { Target } from '../connection/target.ts';
import { PostgresError } from '../postgres-error.ts';

/** What of a database can only be said when it is made. */
export type DatabaseShape = {
  readonly owner: string;
  readonly encoding: string;
  /** `c`, `i` (ICU) or `b` (builtin). */
  readonly provider: string;
  readonly collate: string;
  readonly ctype: string;
  /** Of ICU or builtin. */
  readonly locale: string | null;
  readonly icuRules: string | null;
  readonly tablespace: string;
};

/**
 * Makes an empty database with owner, encoding, locale and tablespace of `live`; without `live`, with the server's own.
 * The connection limit comes with copyDatabaseSettings: a small one would stand in the way of filling it.
 */
export async function createDatabaseLike(
  admin: Target,
  live: string | undefined,
  name: string,
): Promise<void> {
  await withClient(admin, async (client) => {
    const { rows } = await client.query<{ version: string }>(
      `select current_setting('server_version_num') as version`,
    );
    const options =
      live === undefined ? '' : createOptions(await readShape(client, live, Number(rows[0]?.version)));
    try {
      await client.query(`create database ${quoteIdentifier(name)} template template0 ${options}`);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === '42P04')) throw error;
      throw new PostgresError('name_taken', `A database "${name}" exists already; choose another name.`, {
        cause: error,
      });
    }
  });
}

/** The catalogue learned of providers in 15, of ICU rules in 16, and renamed the locale's column in 17. */
async function readShape(client: SqlClient, name: string, serverVersion: number): Promise<DatabaseShape> {
  const provider = serverVersion >= 150_000 ? 'd.datlocprovider::text' : `'c'`;
  const locale =
    serverVersion >= 170_000 ? 'd.datlocale' : serverVersion >= 150_000 ? 'd.daticulocale' : 'null';
  const icuRules = serverVersion >= 160_000 ? 'd.daticurules' : 'null';
  const { rows } = await client.query<DatabaseShape>(
    `select r.rolname as owner, pg_encoding_to_char(d.encoding) as encoding, ${provider} as provider,
            d.datcollate as "collate", d.datctype as "ctype", ${locale} as locale, ${icuRules} as "icuRules",
            t.spcname as tablespace
       from pg_database d
       join pg_roles r on r.oid = d.datdba
       join pg_tablespace t on t.oid = d.dattablespace
      where d.datname = $1`,
    [name],
  );
  if (rows[0]) return rows[0];
  throw new PostgresError('database_missing', `There is no database "${name}" to make another one like.`);
}

/** The options of CREATE DATABASE. */
export function createOptions(shape: DatabaseShape): string {
  const options = [
    `owner ${quoteIdentifier(shape.owner)}`,
    `encoding ${quoteLiteral(shape.encoding)}`,
    `lc_collate ${quoteLiteral(shape.collate)}`,
    `lc_ctype ${quoteLiteral(shape.ctype)}`,
  ];
  // Naming the default one takes a right on it, leaving it out takes none.
  if (shape.tablespace !== 'pg_default') options.push(`tablespace ${quoteIdentifier(shape.tablespace)}`);
  if (shape.provider === 'i') options.push('locale_provider icu');
  if (shape.provider === 'b') options.push('locale_provider builtin');
  if (shape.locale !== null && shape.provider !== 'c') {
    options.push(`${shape.provider === 'i' ? 'icu_locale' : 'builtin_locale'} ${quoteLiteral(shape.locale)}`);
  }
  if (shape.icuRules !== null) options.push(`icu_rules ${quoteLiteral(shape.icuRules)}`);
  return options.join(' ');
}
