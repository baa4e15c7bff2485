import { PostgresError } from '../postgres-error.ts';

/**
 * A part of a database. A dump takes pg_dump's patterns (`sales.*`, `"Weird Name"`), a restore exact names, quoted or
 * not. `schemas` and `tables` exclude one another: pg_dump would leave out the schemas without a word. As pg_dump has
 * it, a table comes with its own indexes and constraints, and with nothing that it refers to; pg_restore brings a
 * table and its rows alone.
 */
export type Selection = {
  readonly schemas?: readonly string[];
  readonly tables?: readonly string[];
  /** Tables of which only the definition is taken. As a pattern it may match nothing: then more is dumped, not less. */
  readonly excludeTableData?: readonly string[];
};

export const isSelective = (selection: Selection | undefined): selection is Selection =>
  selection !== undefined &&
  [selection.schemas, selection.tables, selection.excludeTableData].some((names) => names?.length);

/** Throws invalid_request for what nobody can have meant. */
export function checkSelection(selection: Selection): void {
  const { schemas = [], tables = [], excludeTableData = [] } = selection;
  if (schemas.length > 0 && tables.length > 0) {
    throw refuse('names schemas and tables together; name either (tables as "schema.table")');
  }
  for (const name of [...schemas, ...tables, ...excludeTableData]) {
    if (name.trim() === '') throw refuse('holds an empty name; leave it out');
    if (name.includes('\0')) throw refuse('holds a name with a NUL character; leave it out');
  }
}

/** pg_dump's arguments. Whatever a pattern holds, it stays one argument, and no option. */
export function dumpSelectionArguments(selection: Selection | undefined): readonly string[] {
  if (!isSelective(selection)) return [];
  checkSelection(selection);
  return [
    '--strict-names',
    ...(selection.schemas ?? []).map((pattern) => `--schema=${pattern}`),
    ...(selection.tables ?? []).map((pattern) => `--table=${pattern}`),
    ...(selection.excludeTableData ?? []).map((pattern) => `--exclude-table-data=${pattern}`),
  ];
}

export const refuse = (why: string): PostgresError =>
  new PostgresError('invalid_request', `The selection ${why}.`);
