import type { Selection } from '@holdfast/contracts';
import type { Selection as PostgresSelection } from '@holdfast/postgres';

/** The selection of a request, as an option to spread: pg_dump and pg_restore are given no list that is not there. */
export function chosen(request: { readonly selection?: Selection | undefined }): {
  readonly selection?: PostgresSelection;
} {
  const { schemas, tables, excludeTableData } = request.selection ?? {};
  if (!request.selection) return {};
  return {
    selection: {
      ...(schemas ? { schemas } : {}),
      ...(tables ? { tables } : {}),
      ...(excludeTableData ? { excludeTableData } : {}),
    },
  };
}
