import { withClient, type Target } from '@holdfast/postgres';

export type CountedContent = { readonly tablesCount: number; readonly rowsCount: number };

/** Tables as one knows them from `\d`, without those of extensions, and without others' beside which it was restored. */
const TABLES = `
  select format('%I.%I', n.nspname, c.relname) as name
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   where c.relkind = 'r' and c.relpersistence <> 't'
     and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
     and pg_catalog.has_table_privilege(c.oid, 'select')
     and not exists (select from pg_catalog.pg_depend d
                      where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = c.oid and d.deptype = 'e')
   order by 1`;

/** What was restored, counted exactly: the one thing that can be said of it where nothing says what it must be. */
export async function countContent(target: Target, signal: AbortSignal): Promise<CountedContent> {
  return withClient(target, async (client) => {
    const { rows: tables } = await client.query<{ name: string }>(TABLES);
    let rowsCount = 0;
    for (const { name } of tables) {
      signal.throwIfAborted();
      const { rows } = await client.query<{ count: string }>(`select count(*) as count from only ${name}`);
      rowsCount += Number(rows[0]?.count);
    }
    return { tablesCount: tables.length, rowsCount };
  });
}
