import type { SqlClient } from '@holdfast/postgres';

/** Which cluster a server is; undefined where the account may not ask. Asked about first: an error would end the transaction. */
export async function readSystemIdentifier(client: SqlClient): Promise<string | undefined> {
  const { rows: rights } = await client.query<{ may: boolean }>(
    `select has_function_privilege('pg_catalog.pg_control_system()', 'execute') as may`,
  );
  if (rights[0]?.may !== true) return undefined;
  const { rows } = await client.query<{ id: string }>(
    'select system_identifier::text as id from pg_catalog.pg_control_system()',
  );
  return rows[0]?.id;
}
