import { withClient, type SqlClient } from '../connection/client.ts';
import type { Target } from '../connection/target.ts';
import { readRelations } from '../fingerprint/queries.ts';
import type { PreflightFinding } from './preflight-swap.ts';

export type InPlacePreflight = {
  /** Tables and filled materialized views that the backup does not know, as `schema.table`. A restore leaves them alone. */
  readonly extraObjects: readonly string[];
  readonly findings: readonly PreflightFinding[];
};

/** What stands in the way of dropping `expectedTables` (a fingerprint's) and making them anew where they are. */
export async function preflightInPlace(
  target: Target,
  expectedTables: readonly string[],
): Promise<InPlacePreflight> {
  return withClient(target, async (client) => {
    const expected = new Set(expectedTables);
    const relations = await readRelations(client);
    const extraObjects = relations.map(({ name }) => name).filter((name) => !expected.has(name));
    return {
      extraObjects,
      findings: [
        ...(await checkDependents(client, extraObjects, expectedTables)),
        ...(await checkOwnership(client, expectedTables)),
        ...(await checkSessions(client)),
      ],
    };
  });
}

/** Dropping a table without CASCADE fails while something that stays refers to it. */
async function checkDependents(
  client: SqlClient,
  extra: readonly string[],
  expected: readonly string[],
): Promise<readonly PreflightFinding[]> {
  const { rows } = await client.query<{ kind: string; from: string; to: string }>(
    `with named as (
       select c.oid, format('%I.%I', n.nspname, c.relname) as name
         from pg_class c join pg_namespace n on n.oid = c.relnamespace
     )
     select distinct 'foreign key' as kind, child.name as "from", parent.name as "to"
       from pg_constraint k
       join named child on child.oid = k.conrelid
       join named parent on parent.oid = k.confrelid
      where k.contype = 'f' and child.name = any($1) and parent.name = any($2)
     union
     select 'materialized view', view.name, base.name
       from pg_rewrite r
       join named view on view.oid = r.ev_class
       join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
                       and d.refclassid = 'pg_class'::regclass
       join named base on base.oid = d.refobjid
      where view.name = any($1) and base.name = any($2)
     union
     select 'inheritance', child.name, parent.name
       from pg_inherits i
       join named child on child.oid = i.inhrelid
       join named parent on parent.oid = i.inhparent
      where child.name = any($1) and parent.name = any($2)
      order by 2, 3`,
    [extra, expected],
  );
  return rows.map(({ kind, from, to }) => ({
    check: 'dependents',
    blocking: true,
    detail: `${from}, which is not in the backup, depends on ${to} (${kind}); drop it, or use mode swap`,
  }));
}

async function checkOwnership(
  client: SqlClient,
  expected: readonly string[],
): Promise<readonly PreflightFinding[]> {
  const { rows } = await client.query<{ name: string; owner: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name, r.rolname as owner
       from pg_class c
       join pg_namespace n on n.oid = c.relnamespace
       join pg_roles r on r.oid = c.relowner
      where format('%I.%I', n.nspname, c.relname) = any($1) and not pg_has_role(c.relowner, 'usage')
      order by 1 limit 10`,
    [expected],
  );
  return rows.map(({ name, owner }) => ({
    check: 'rights',
    blocking: true,
    detail: `${name} belongs to "${owner}", and the account may not drop it`,
  }));
}

async function checkSessions(client: SqlClient): Promise<readonly PreflightFinding[]> {
  const { rows } = await client.query<{ count: string }>(
    `select count(*) as count from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`,
  );
  const count = Number(rows[0]?.count);
  if (count === 0) return [];
  return [
    {
      check: 'sessions',
      blocking: false,
      detail: `${count} other sessions will wait until the restore is done`,
    },
  ];
}
