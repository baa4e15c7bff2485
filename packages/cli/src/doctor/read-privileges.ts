import { withClient, type SqlClient, type Target } from '@holdfast/postgres';
import type { PrivilegeSign } from './judge-database.ts';

export type DatabaseSign = PrivilegeSign & { readonly serverVersion: number; readonly tookMs: number };

/** As many names as a sentence bears. */
const NAMED = 5;

/** Connects as the backup would, and asks the catalogue what this account may not read. Throws what openClient throws. */
export function readPrivileges(target: Target, nowMs: () => number): Promise<DatabaseSign> {
  return withClient(target, async (client) => {
    const askedMs = nowMs();
    const account = await readAccount(client);
    const tookMs = nowMs() - askedMs;
    const unreadable = await readUnreadable(client);
    const hidden = await readHidden(client);
    return {
      user: account.user,
      isSuperuser: account.isSuperuser,
      serverVersion: account.serverVersion,
      clockOffsetMs: account.atMs - (askedMs + tookMs / 2),
      tookMs,
      unreadable: unreadable.slice(0, NAMED),
      unreadableCount: unreadable.length,
      hidden: hidden.slice(0, NAMED),
      hiddenCount: hidden.length,
      largeObjectsUnreadable: account.isSuperuser ? 0 : await countUnreadableLargeObjects(client),
    };
  });
}

async function readAccount(client: SqlClient) {
  const { rows } = await client.query<{
    name: string;
    superuser: boolean;
    version: number;
    at_ms: number;
  }>(
    `select current_user as name, r.rolsuper as superuser,
       pg_catalog.current_setting('server_version_num')::int as version,
       extract(epoch from pg_catalog.clock_timestamp())::float8 * 1000 as at_ms
     from pg_catalog.pg_roles r where r.rolname = current_user`,
  );
  const [row] = rows;
  if (!row) throw new Error('PostgreSQL knows no role of the name that it let in.');
  return { user: row.name, isSuperuser: row.superuser, serverVersion: row.version, atMs: row.at_ms };
}

/** Schemas, tables, views and sequences that pg_dump would lock or read, and this account may not. */
async function readUnreadable(client: SqlClient): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    `with own as (
       select n.oid, n.nspname, pg_catalog.has_schema_privilege(n.oid, 'usage') as usable
       from pg_catalog.pg_namespace n
       where n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp)'
     )
     select 'schema ' || pg_catalog.quote_ident(nspname) as name from own where not usable
     union all
     select pg_catalog.quote_ident(o.nspname) || '.' || pg_catalog.quote_ident(c.relname)
     from pg_catalog.pg_class c join own o on o.oid = c.relnamespace and o.usable
     where c.relkind in ('r', 'p', 'm', 'S', 'f', 'v')
       and not pg_catalog.has_table_privilege(c.oid, 'select')
       and not exists (select 1 from pg_catalog.pg_depend d
         where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = c.oid and d.deptype = 'e')
     order by 1`,
  );
  return rows.map(({ name }) => name);
}

/** pg_dump turns row_security off: PostgreSQL then refuses instead of leaving rows out. */
async function readHidden(client: SqlClient): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select c.oid::pg_catalog.regclass::text as name from pg_catalog.pg_class c
     where c.relrowsecurity and c.relkind in ('r', 'p') and pg_catalog.row_security_active(c.oid)
     order by 1`,
  );
  return rows.map(({ name }) => name);
}

async function countUnreadableLargeObjects(client: SqlClient): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `select pg_catalog.count(*)::int as count from pg_catalog.pg_largeobject_metadata m
     where not pg_catalog.pg_has_role(m.lomowner, 'usage')
       and not exists (select 1 from pg_catalog.aclexplode(m.lomacl) a
         where a.privilege_type = 'SELECT' and (a.grantee = 0 or pg_catalog.pg_has_role(a.grantee, 'usage')))`,
  );
  return rows[0]?.count ?? 0;
}
