import { refuse, type Selection } from './selection.ts';
import { splitName } from './split-name.ts';

/**
 * Which entries of a dump a selection keeps, as arguments for `pg_restore --list`: what one of the `kept` lists says,
 * without the rows that one of the `withoutData` lists says. A list for each schema: pg_restore would take every table
 * of the names it is given in every schema it is given.
 */
export type PlannedLists = {
  readonly kept: readonly (readonly string[])[];
  readonly withoutData: readonly (readonly string[])[];
};

export function planLists(selection: Selection): PlannedLists {
  const { schemas = [], tables = [], excludeTableData = [] } = selection;
  const kept = schemas.length > 0 ? [schemas.map((name) => `--schema=${schemaName(name)}`)] : byTable(tables);
  return { kept: kept.length > 0 ? kept : [[]], withoutData: byTable(excludeTableData) };
}

function byTable(names: readonly string[]): readonly (readonly string[])[] {
  const groups = new Map<string | undefined, string[]>();
  for (const name of names) {
    const parts = splitName(name);
    if (parts.length > 2)
      throw refuse(`holds the table ${name}, which has too many dots; write schema.table`);
    const schema = parts.length === 2 ? parts[0] : undefined;
    const group = groups.get(schema) ?? [];
    groups.set(schema, [...group, `--table=${parts.at(-1)}`]);
  }
  return [...groups].map(([schema, tables]) => [
    ...(schema === undefined ? [] : [`--schema=${schema}`]),
    ...tables,
  ]);
}

function schemaName(name: string): string {
  const parts = splitName(name);
  if (parts.length > 1) throw refuse(`holds the schema ${name}, which has a dot; quote it: "${name}"`);
  return parts[0] ?? name;
}
