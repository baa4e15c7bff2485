import { quoteIdentifier, type SqlClient } from '@holdfast/postgres';

/** A drill's database says in its comment what was made for it, so that whoever finds it can remove all. */
const MARK = 'holdfast drill; roles: ';

export const drillComment = (owner: string, roles: readonly string[]): string =>
  `${MARK}${JSON.stringify([owner, ...roles])}`;

/** Undefined: the comment is nobody's of ours. */
export function rolesIn(comment: string): readonly string[] | undefined {
  if (!comment.startsWith(MARK)) return undefined;
  try {
    const roles: unknown = JSON.parse(comment.slice(MARK.length));
    return Array.isArray(roles) && roles.every((role) => typeof role === 'string') ? roles : undefined;
  } catch {
    return undefined; // somebody changed it: not ours to judge
  }
}

/** Databases and roles of drills whose process died. To be called by whoever has the server to itself. */
export async function removeLeftDatabases(client: SqlClient): Promise<void> {
  const { rows } = await client.query<{ name: string; comment: string }>(
    `select datname as name, shobj_description(oid, 'pg_database') as comment from pg_database
      where datname ~ '^drill_[0-9a-f]{12}$' and shobj_description(oid, 'pg_database') is not null`,
  );
  for (const { name, comment } of rows) {
    const roles = rolesIn(comment);
    if (roles) await dropDrillDatabase(client, name, roles);
  }
}

export async function dropDrillDatabase(
  client: SqlClient,
  database: string,
  roles: readonly string[],
): Promise<void> {
  await client.query(`drop database if exists ${quoteIdentifier(database)} with (force)`);
  for (const role of roles) await client.query(`drop role if exists ${quoteIdentifier(role)}`);
}
