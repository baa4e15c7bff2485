import type { SqlClient } from '../connection/client.ts';
import type { Relation } from './queries.ts';

/** How a value is written as text depends on these; the same here and in a drill. The transaction's own. */
const TEXT_FORM = `
  select set_config('datestyle', 'ISO, MDY', true), set_config('intervalstyle', 'postgres', true),
         set_config('timezone', 'UTC', true), set_config('extra_float_digits', '1', true),
         set_config('bytea_output', 'hex', true), set_config('lc_monetary', 'C', true),
         set_config('xmlbinary', 'base64', true), set_config('search_path', '', true)`;

const SECOND_SEED = 7_046_029_254_386_353_131n;

const hashOf = (text: string, seed: bigint): string =>
  `pg_catalog.hashtextextended(${text} collate "C", ${seed})`;

/** Sums, since rows have no order; two of 64 bits each, so that no change in them is likely to go unseen. */
const sumsOf = (text: string): string =>
  `coalesce(sum(${hashOf(text, 0n)}), 0)::text || ':' || coalesce(sum(${hashOf(text, SECOND_SEED)}), 0)::text`;

export async function prepareContentHashes(client: SqlClient): Promise<string> {
  await client.query(TEXT_FORM);
  const { rows } = await client.query<{ probe: string }>(
    `select ${hashOf(`'holdfast'::text`, 0n)}::text as probe`,
  );
  return rows[0]?.probe ?? '';
}

/** Reads the table once more. Needs a transaction that `prepareContentHashes` was called in. */
export async function hashContent(client: SqlClient, { name }: Relation): Promise<string> {
  // `(t.*)`, as the bare name may be that of a column.
  const { rows } = await client.query<{ hash: string }>(
    `select ${sumsOf('(t.*)::text')} as hash from only ${name} as t`,
  );
  return rows[0]?.hash ?? '';
}
