import type { Finding } from '@holdfast/contracts';
import { quoteIdentifier, withClient, type Target } from '@holdfast/postgres';

const CHECK = 'amcheck';
const MAX_NAMED = 10;

/** In a schema that nobody else can put anything into, beside what was restored. */
const INSTALL = `
  create schema holdfast_amcheck;
  create extension if not exists amcheck schema holdfast_amcheck`;

/** Not against the table's rows where that would call code of the index: an expression, or a condition. */
const INDEXES = `
  select format('%I.%I', n.nspname, c.relname) as name, c.oid::text as oid,
         i.indexprs is null and i.indpred is null as "withHeap"
    from pg_class c join pg_index i on i.indexrelid = c.oid join pg_am a on a.oid = c.relam
    join pg_namespace n on n.oid = c.relnamespace
   where a.amname = 'btree' and c.relkind = 'i' and c.relpersistence = 'p' and i.indisvalid and i.indisready
     and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   order by 1`;

/** Looks at every b-tree index that was restored, as the unprivileged owner. The database is changed: compare before. */
export async function runAmcheck(admin: Target, owner: Target, signal: AbortSignal): Promise<Finding> {
  const there = await install({ ...admin, database: owner.database }, owner);
  if (there !== undefined) return { check: CHECK, outcome: 'inconclusive', detail: there };
  return withClient(owner, async (client) => {
    const { rows } = await client.query<{ name: string; oid: string; withHeap: boolean }>(INDEXES);
    const broken: string[] = [];
    for (const { name, oid, withHeap } of rows) {
      signal.throwIfAborted();
      try {
        await client.query(`select holdfast_amcheck.bt_index_check($1::oid::regclass, $2)`, [oid, withHeap]);
      } catch (error) {
        broken.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return broken.length === 0
      ? { check: CHECK, outcome: 'ok', detail: `${rows.length} indexes are sound` }
      : { check: CHECK, outcome: 'failed', detail: broken.slice(0, MAX_NAMED).join('; ') };
  });
}

/** Why it cannot be; undefined when it is there. */
async function install(admin: Target, owner: Target): Promise<string | undefined> {
  return withClient(admin, async (client) => {
    const { rows } = await client.query<{ schema: string | null; available: boolean }>(
      `select (select extnamespace::regnamespace::text from pg_extension where extname = 'amcheck') as schema,
              exists (select from pg_available_extensions where name = 'amcheck') as available`,
    );
    const [found] = rows;
    if (!found?.available) return 'amcheck is not installed on the scratch server';
    if (found.schema !== null) return `the backup has amcheck itself, in ${found.schema}`;
    const role = quoteIdentifier(owner.user);
    await client.query(INSTALL);
    await client.query(`grant usage on schema holdfast_amcheck to ${role};
      grant execute on all functions in schema holdfast_amcheck to ${role}`);
    return undefined;
  });
}
