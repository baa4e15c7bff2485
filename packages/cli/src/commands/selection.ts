import type { Selection } from '@holdfast/contracts';

export type SelectionFlags = {
  readonly schema?: string[];
  readonly table?: string[];
  readonly excludeTableData?: string[];
};

/** What part of a database is meant, for a request; nothing where it is all of it. */
export function selectionOf({ schema, table, excludeTableData }: SelectionFlags): {
  readonly selection?: Selection;
} {
  if (!schema && !table && !excludeTableData) return {};
  return {
    selection: {
      ...(schema ? { schemas: schema } : {}),
      ...(table ? { tables: table } : {}),
      ...(excludeTableData ? { excludeTableData } : {}),
    },
  };
}
