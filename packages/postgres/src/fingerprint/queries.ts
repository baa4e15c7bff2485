import type { SqlClient } from '../connection/client.ts';

export type Relation = {
  /** `schema.table`, quoted as PostgreSQL quotes. */
  readonly name: string;
  readonly isMaterializedView: boolean;
  /** With what is stored out of line, without indexes. */
  readonly sizeBytes: number;
  /** As the server last saw it when it was vacuumed or analyzed; 0 where it never was. */
  readonly estimatedRows: number;
};

/**
 * Everything that holds rows of the database's own: tables, partitions, filled materialized views. Not what belongs to
 * an extension, which is made anew with the extension.
 */
const RELATIONS_WITH_ROWS = `
  select format('%I.%I', n.nspname, c.relname) as name, c.relkind = 'm' as is_view,
         pg_catalog.pg_table_size(c.oid) as size, greatest(c.reltuples, 0) as estimated
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   where (c.relkind = 'r' or c.relkind = 'm' and c.relispopulated)
     and c.relpersistence <> 't'
     and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
     and not exists (select from pg_catalog.pg_depend d
                      where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = c.oid
                        and d.objsubid = 0 and d.deptype = 'e')
   order by 1`;

export async function readRelations(client: SqlClient): Promise<readonly Relation[]> {
  const { rows } = await client.query<{ name: string; is_view: boolean; size: string; estimated: number }>(
    RELATIONS_WITH_ROWS,
  );
  return rows.map((row) => ({
    name: row.name,
    isMaterializedView: row.is_view,
    sizeBytes: Number(row.size),
    estimatedRows: Math.round(row.estimated),
  }));
}

/** One statement for many tables: the server plans each count by itself, in parallel where that pays. */
export async function countRows(
  client: SqlClient,
  relations: readonly Relation[],
): Promise<readonly (readonly [name: string, rows: number])[]> {
  const counts = relations.map(
    ({ name }, index) => `select ${index} as index, count(*) as rows from only ${name}`,
  );
  const { rows } = await client.query<{ index: number; rows: string }>(counts.join(' union all '));
  return rows.map((row) => [relations[row.index]?.name ?? '', Number(row.rows)] as const);
}

export async function readExtensions(client: SqlClient): Promise<Record<string, string>> {
  const { rows } = await client.query<{ name: string; version: string }>(
    'select extname as name, extversion as version from pg_catalog.pg_extension order by 1',
  );
  return Object.fromEntries(rows.map(({ name, version }) => [name, version]));
}

/** pg_shdepend knows every role that anything in this database depends on: as owner, grantee or target of a policy. */
export async function readRoles(client: SqlClient): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select distinct r.rolname as name
       from pg_catalog.pg_shdepend d
       join pg_catalog.pg_database db on db.datname = current_database()
       join pg_catalog.pg_roles r on r.oid = d.refobjid
      where d.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass and d.dbid = db.oid
      order by 1`,
  );
  return rows.map(({ name }) => name);
}

export async function countLargeObjects(client: SqlClient): Promise<number> {
  const { rows } = await client.query<{ count: string }>(
    'select count(*) as count from pg_catalog.pg_largeobject_metadata',
  );
  return Number(rows[0]?.count);
}

export async function readServerVersion(client: SqlClient): Promise<number> {
  const { rows } = await client.query<{ version: string }>(
    `select current_setting('server_version_num') as version`,
  );
  return Number(rows[0]?.version);
}
