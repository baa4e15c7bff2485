import { withClient, type SqlClient } from '../connection/client.ts';
import { quoteIdentifier, quoteLiteral } from '../connection/quote.ts';
import type { Target } from '../connection/target.ts';
import { PostgresError } from '../postgres-error.ts';
import { grantStatements, settingClause, type Grant } from './plan-settings.ts';

type Settings = {
  readonly owner: string;
  readonly limit: number;
  readonly comment: string | null;
  readonly hasGrants: boolean;
};

/**
 * Gives database `to` what belongs to database `from` itself and stands in no dump of it: owner, settings (also per
 * role), grants, connection limit, comment. All of it or nothing; doing it again changes nothing.
 */
export async function copyDatabaseSettings(admin: Target, from: string, to: string): Promise<void> {
  await withClient(admin, async (client) => {
    const statements = await plan(client, from, to);
    await client.query('begin');
    try {
      for (const statement of statements) await client.query(statement);
      await client.query('commit');
    } catch (error) {
      await client.query('rollback');
      throw error;
    }
  });
}

async function plan(client: SqlClient, from: string, to: string): Promise<readonly string[]> {
  const settings = await readSettings(client, from);
  const target = quoteIdentifier(to);
  const comment = settings.comment === null ? 'null' : quoteLiteral(settings.comment);
  return [
    `alter database ${target} owner to ${quoteIdentifier(settings.owner)}`,
    `alter database ${target} connection limit ${settings.limit}`,
    `comment on database ${target} is ${comment}`,
    ...(settings.hasGrants ? grantStatements(to, settings.owner, await readGrants(client, from)) : []),
    `alter database ${target} reset all`,
    ...(await readParameters(client, from)).map(({ role, element }) =>
      role === null
        ? `alter database ${target} ${settingClause(element)}`
        : `alter role ${quoteIdentifier(role)} in database ${target} ${settingClause(element)}`,
    ),
  ];
}

async function readSettings(client: SqlClient, name: string): Promise<Settings> {
  const { rows } = await client.query<Settings>(
    `select r.rolname as owner, d.datconnlimit as "limit", d.datacl is not null as "hasGrants",
            shobj_description(d.oid, 'pg_database') as comment
       from pg_database d join pg_roles r on r.oid = d.datdba where d.datname = $1`,
    [name],
  );
  if (rows[0]) return rows[0];
  throw new PostgresError('database_missing', `There is no database "${name}" to take settings from.`);
}

async function readGrants(client: SqlClient, name: string): Promise<readonly Grant[]> {
  const { rows } = await client.query<Grant>(
    `select r.rolname as grantee, acl.privilege_type as privilege, acl.is_grantable as grantable
       from pg_database d
      cross join lateral aclexplode(d.datacl) acl
       left join pg_roles r on r.oid = acl.grantee
      where d.datname = $1 and (acl.grantee = 0 or r.oid is not null)
      order by acl.grantee = d.datdba desc, 1, 2`,
    [name],
  );
  return rows;
}

async function readParameters(
  client: SqlClient,
  name: string,
): Promise<readonly { readonly role: string | null; readonly element: string }[]> {
  const { rows } = await client.query<{ role: string | null; element: string }>(
    `select r.rolname as role, element
       from pg_db_role_setting s
       join pg_database d on d.oid = s.setdatabase
       left join pg_roles r on r.oid = s.setrole
      cross join lateral unnest(s.setconfig) as element
      where d.datname = $1
      order by 1 nulls first, 2`,
    [name],
  );
  return rows;
}
