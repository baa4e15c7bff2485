import { randomBytes } from 'node:crypto';
import { HoldfastError } from '@holdfast/contracts';
import { quoteIdentifier, quoteLiteral, withClient, type SqlClient, type Target } from '@holdfast/postgres';
import { drillComment, dropDrillDatabase } from './drill-leftovers.ts';
import type { DrillNeeds } from './drill-needs.ts';
import { planExtensions } from './plan-extensions.ts';

export type DrillDatabase = { readonly owner: Target; drop(): Promise<void> };

/** A database for one drill and its owner: NOSUPERUSER, no other right, member of the roles that the content names. */
export async function prepareDrillDatabase(admin: Target, needs: DrillNeeds): Promise<DrillDatabase> {
  const suffix = randomBytes(6).toString('hex');
  const owner = `drill_${suffix}`;
  const database = `drill_${suffix}`;
  const password = randomBytes(24).toString('base64url');
  const roles = await withClient(admin, async (client) => {
    const made = await makeRoles(client, needs.roles);
    await client.query(
      `create role ${quoteIdentifier(owner)} login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password ${quoteLiteral(password)}`,
    );
    for (const role of made)
      await client.query(`grant ${quoteIdentifier(role)} to ${quoteIdentifier(owner)}`);
    await makeDatabase(client, database, owner, needs.source);
    await client.query(
      `comment on database ${quoteIdentifier(database)} is ${quoteLiteral(drillComment(owner, made))}`,
    );
    return made;
  });
  await withClient({ ...admin, database }, async (client) => {
    await openPublicSchema(client, owner, roles);
    await makeExtensions(client, owner, needs.extensions);
  });
  return {
    owner: { ...admin, user: owner, password, database },
    drop: () => withClient(admin, (client) => dropDrillDatabase(client, database, [owner, ...roles])),
  };
}

/** Answers those that were made here; a role of the scratch server itself is never lent to restored code. */
async function makeRoles(client: SqlClient, wanted: readonly string[]): Promise<readonly string[]> {
  const { rows } = await client.query<{ rolname: string }>(
    'select rolname from pg_roles where rolname = any($1)',
    [wanted],
  );
  const present = new Set(rows.map((row) => row.rolname));
  const missing = wanted.filter((role) => !present.has(role) && !role.startsWith('pg_'));
  for (const role of missing) await client.query(`create role ${quoteIdentifier(role)} nologin nosuperuser`);
  return missing;
}

/** The source's encoding and locale; a locale that this machine lacks falls back to C. */
async function makeDatabase(
  client: SqlClient,
  name: string,
  owner: string,
  source: DrillNeeds['source'],
): Promise<void> {
  const make = (collate: string, ctype: string): Promise<unknown> =>
    client.query(
      `create database ${quoteIdentifier(name)} owner ${quoteIdentifier(owner)} template template0
         encoding ${quoteLiteral(source.encoding)} lc_collate ${quoteLiteral(collate)} lc_ctype ${quoteLiteral(ctype)}`,
    );
  try {
    await make(source.collate, source.ctype);
  } catch (error) {
    if (!/locale|encoding/i.test(error instanceof Error ? error.message : '')) throw error;
    await make('C', 'C');
  }
}

/** As far as a superuser's restore would get: roles that are to own tables must be allowed to make some. */
async function openPublicSchema(client: SqlClient, owner: string, roles: readonly string[]): Promise<void> {
  const { rows } = await client.query<{ before15: boolean }>(
    `select current_setting('server_version_num')::int < 150000 as "before15"`,
  );
  if (rows[0]?.before15) await client.query(`alter schema public owner to ${quoteIdentifier(owner)}`);
  for (const role of roles) await client.query(`grant create on schema public to ${quoteIdentifier(role)}`);
}

async function makeExtensions(client: SqlClient, owner: string, wanted: readonly string[]): Promise<void> {
  const { rows } = await client.query<{ name: string; trusted: boolean }>(
    'select name, bool_or(trusted) as trusted from pg_available_extension_versions where name = any($1) group by name',
    [wanted],
  );
  const { toMake, obstacles } = planExtensions(
    wanted,
    new Map(rows.map(({ name, trusted }) => [name, trusted])),
  );
  if (obstacles.length > 0) {
    throw new HoldfastError(
      'drill_unavailable',
      `The drill cannot make the extension ${obstacles.join(', ')}. Install it, or set BACKUP_DRILL_URL to a server that has it.`,
    );
  }
  for (const name of toMake)
    await client.query(`create extension if not exists ${quoteIdentifier(name)} cascade`);
  await lendWrappers(client, owner);
}

/** Servers and foreign tables are content that needs no special right, but for the use of the wrapper. */
async function lendWrappers(client: SqlClient, owner: string): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    'select fdwname as name from pg_foreign_data_wrapper',
  );
  for (const { name } of rows)
    await client.query(
      `grant usage on foreign data wrapper ${quoteIdentifier(name)} to ${quoteIdentifier(owner)}`,
    );
}
