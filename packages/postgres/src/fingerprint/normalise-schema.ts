// What pg_dump sets at its beginning and between objects. A tablespace is where, not what.
const SETTINGS =
  /^(SET (statement_timeout|lock_timeout|idle_in_transaction_session_timeout|transaction_timeout|client_encoding|standard_conforming_strings|check_function_bodies|xmloption|client_min_messages|row_security|default_tablespace|default_table_access_method) = |SELECT pg_catalog\.set_config\('search_path', '', false\);)/;

// Restored by whoever may; an extension's comment comes with the extension.
const EXTENSION_COMMENT = /^COMMENT ON EXTENSION /;

// PostgreSQL words an expression anew when it is restored: parentheses and casts between text types come and go, so
// that `s IN ('a', 'b')` reads differently after one round trip. Neither says what a schema means.
const REWORDED = /[()]|::(?:character varying|text|bpchar|character)(?:\[\])?/g;

const ENTRY_HEADER = /^-- Name: .*; Type: (.*); Schema: .*; Owner: .*$/;

// pg_restore takes the refreshing of views for schema, pg_dump does not.
const FILLING = 'MATERIALIZED VIEW DATA';

/**
 * The text of a schema, of pg_dump or of pg_restore out of a dump, without what may differ between equal schemas:
 * comment lines, settings, the random `\restrict` keys, empty lines, the wording of expressions, and the order of the
 * objects, which can depend on their internal ids.
 */
export function normaliseSchema(sql: string): string {
  const entries: string[][] = [[]];
  let isFilling = false;
  for (const line of sql.split('\n')) {
    const kind = ENTRY_HEADER.exec(line)?.[1];
    if (kind !== undefined) {
      entries.push([]);
      isFilling = kind === FILLING;
    }
    if (isFilling) continue;
    if (line.trim() === '' || line.startsWith('--') || /^\\(un)?restrict /.test(line)) continue;
    if (SETTINGS.test(line) || EXTENSION_COMMENT.test(line)) continue;
    entries.at(-1)?.push(line.replace(REWORDED, ''));
  }
  return entries
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .sort()
    .join('\n\n');
}
